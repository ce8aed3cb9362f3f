import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { v5 } from 'uuid';
import { derivedId } from './ids.ts';

const NAMESPACE = '6f1b1c1e-2a53-5c0e-9d7e-54d1c9a0b7e4';

describe('derived ids', () => {
  test('are UUIDs of version 5 of their parts, as a library makes them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }), (parts) => {
        expect(derivedId(...parts)).toBe(v5(parts.join('\n'), NAMESPACE));
      }),
      { seed: 20_261_125 },
    );
  });

  test('are so at every length around a block of the hash, and beyond the room that is kept', () => {
    for (const length of [0, 1, 38, 39, 40, 46, 47, 48, 49, 102, 103, 104, 1_000, 5_000]) {
      for (const letter of ['a', 'é', '漢', '😀']) expect(derivedId(letter.repeat(length))).toBe(v5(letter.repeat(length), NAMESPACE));
    }
    expect(derivedId('short again')).toBe(v5('short again', NAMESPACE));
  });
});
