import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Instant, epochOf, instantFromEpoch } from './instant.ts';

const LAST_MOMENT = 8_640_000_000_000_000;

describe('instants', () => {
  test('are written as the platform writes them, and read as they were written', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: -LAST_MOMENT, max: LAST_MOMENT }), fc.double({ min: -1e13, max: 1e13, noNaN: true })),
        (ms) => {
          expect(instantFromEpoch(ms)).toBe(new Date(ms).toISOString());
          expect(epochOf(instantFromEpoch(ms))).toBe(new Date(ms).getTime());
        },
      ),
      { seed: 20_261_125 },
    );
  });

  test.each([0, -1, 86_399_999, 86_400_000, 951_782_400_000, 1_780_000_000_123])('%p', (ms) => {
    expect(instantFromEpoch(ms)).toBe(new Date(ms).toISOString());
    expect(epochOf(instantFromEpoch(ms))).toBe(ms);
  });

  test.each(['', 'tomorrow', '2026-13-01T00:00:00.000Z', '2026-12-01T08:00:00Z', '2026-12-01T08:00:00.000+01:00'])(
    'a text that is none (%p) is read as the platform reads it',
    (text) => {
      expect(epochOf(text as Instant)).toBe(Date.parse(text));
    },
  );

  test('end where those of the platform end', () => {
    expect(() => instantFromEpoch(LAST_MOMENT * 2)).toThrow(RangeError);
    expect(() => instantFromEpoch(Number.NaN)).toThrow(RangeError);
  });
});
