import { describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import { UnknownEventType, defineEventSchemas } from './schema-registry.ts';
import type { EventSchema, InvalidEventSchemas } from './schema-registry.ts';

const recorded = (type: string, data: unknown) => ({ type, data }) as RecordedEvent;
const step = (to: string) => ({ type: to, up: (data: unknown) => [data, to] });

function problemsOf(schemas: readonly EventSchema[]): readonly string[] {
  try {
    defineEventSchemas(schemas);
    return [];
  } catch (error) {
    return (error as InvalidEventSchemas).problems;
  }
}

describe('schema registry', () => {
  const schemas = defineEventSchemas([
    { type: 'a.b.v1', upcastTo: step('a.b.v2'), personal: ['/mail'] },
    { type: 'a.b.v2', upcastTo: step('a.b.v3') },
    { type: 'a.b.v3', personal: ['/contact/mail', '/users/*/name'] },
  ]);

  test('older shapes are upcast step by step, today’s shape stays as it is', () => {
    expect(schemas.toDomainEvent(recorded('a.b.v1', 0))).toEqual({ type: 'a.b.v3', data: [[0, 'a.b.v2'], 'a.b.v3'] });
    expect(schemas.toDomainEvent(recorded('a.b.v3', 0))).toEqual({ type: 'a.b.v3', data: 0 });
  });

  test('only the newest shape may be written', () => {
    expect(['a.b.v1', 'a.b.v2', 'a.b.v3', 'x.v1'].map((type) => schemas.isCurrent(type))).toEqual([false, false, true, false]);
  });

  test('personal data is named per stored shape', () => {
    expect(schemas.personalPointers('a.b.v1')).toEqual(['/mail']);
    expect(schemas.personalPointers('a.b.v2')).toEqual([]);
  });

  test('an unknown type is an error that names it', () => {
    expect(() => schemas.toDomainEvent(recorded('x.y.v1', 0))).toThrow(UnknownEventType);
    expect(() => schemas.toDomainEvent(recorded('x.y.v1', 0))).toThrow(/x\.y\.v1/);
  });

  test.each<[string, EventSchema[], RegExp]>([
    ['duplicate', [{ type: 'a.v1' }, { type: 'a.v1' }], /a\.v1 is defined twice/],
    ['missing version', [{ type: 'a.v1' }, { type: 'a.v3' }], /gap: a\.v2 is missing/],
    ['missing step', [{ type: 'a.v1' }, { type: 'a.v2' }], /gap: a\.v1 has no step to a\.v2/],
    [
      'skipped step',
      [{ type: 'a.v1', upcastTo: step('a.v3') }, { type: 'a.v2', upcastTo: step('a.v3') }, { type: 'a.v3' }],
      /no step to a\.v2/,
    ],
    ['unknown target', [{ type: 'a.v1', upcastTo: step('b.v1') }], /b\.v1, which is unknown/],
    [
      'cycle',
      [
        { type: 'a.v1', upcastTo: step('b.v1') },
        { type: 'b.v1', upcastTo: step('a.v1') },
      ],
      /cycle/,
    ],
    ['type without version', [{ type: 'a' }], /does not end in/],
    ['malformed pointer', [{ type: 'a.v1', personal: ['mail'] }], /"mail" is no JSON pointer/],
  ])('refuses a %s', (_, definitions, problem) => {
    expect(problemsOf(definitions).join('\n')).toMatch(problem);
  });

  test('reports all problems together', () => {
    expect(problemsOf([{ type: 'a' }, { type: 'b' }])).toHaveLength(2);
  });
});
