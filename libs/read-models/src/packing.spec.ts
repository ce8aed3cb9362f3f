import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AS_IT_IS, Packing } from './packing.ts';

interface Inner {
  readonly text: string;
  readonly number: number | null;
}
interface Outer {
  readonly id: string;
  readonly flag: boolean;
  readonly inner: Inner | null;
  readonly list: readonly Inner[];
  readonly last: string | null;
}

describe('packing', () => {
  const inner = { text: AS_IT_IS, number: AS_IT_IS } as const;
  const packing = new Packing<Outer>({ id: AS_IT_IS, flag: AS_IT_IS, inner: { of: inner }, list: { each: inner }, last: AS_IT_IS });

  test('gives back what it was given, whatever the strings look like and however often they come', () => {
    const string = fc.oneof(fc.constantFrom('~', '~0', '~~1', '~12345678', '2026-12-01T08:00:00.000Z', 'again and again', ''), fc.string());
    const innerOf = fc.record({ text: string, number: fc.option(fc.integer()) });
    const outerOf = fc.record({
      id: string,
      flag: fc.boolean(),
      inner: fc.option(innerOf),
      list: fc.array(innerOf),
      last: fc.option(string),
    });
    fc.assert(
      fc.property(outerOf, (outer) => {
        expect(packing.unpack(JSON.parse(JSON.stringify(packing.pack(outer))) as unknown[])).toEqual(outer);
      }),
    );
  });

  test('names no field, writes a string once, and leaves out what is empty at the end', () => {
    const outer: Outer = {
      id: 'a long enough id',
      flag: false,
      inner: null,
      list: [{ text: 'a long enough id', number: null }],
      last: null,
    };
    expect(packing.pack(outer)).toEqual(['a long enough id', false, null, [['~0']]]);
  });
});
