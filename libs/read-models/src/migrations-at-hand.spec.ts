import { expect, test } from '@jest/globals';
import { migrationsAtHand } from './migrations-at-hand.ts';

test.each([
  [4_000_000_000, 40_000],
  [2_000_000_000, 20_000],
  [256_000_000, 10_000],
])('a heap of %i bytes keeps %i migrations at hand', (heap, migrations) => {
  expect(migrationsAtHand(heap)).toBe(migrations);
});
