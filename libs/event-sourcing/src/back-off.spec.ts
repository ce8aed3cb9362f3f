import { expect, test } from '@jest/globals';
import { backOffMs, chanceFrom } from './back-off.ts';

const pace = { baseMs: 100, capMs: 1000 };

test('doubles from the base to the cap, within the upper half', () => {
  expect([1, 2, 3, 4, 5, 1000].map((failures) => backOffMs(pace, failures, 0))).toEqual([50, 100, 200, 400, 500, 500]);
  expect(backOffMs(pace, 1, 0.999)).toBe(100);
});

test('chance from a text is always the same, and spreads', () => {
  const chances = Array.from({ length: 1000 }, (_, index) => chanceFrom(`remind-${index}:1`));
  expect(chances).toEqual(chances.map((_, index) => chanceFrom(`remind-${index}:1`)));
  expect(Math.min(...chances)).toBeLessThan(0.05);
  expect(Math.max(...chances)).toBeGreaterThan(0.95);
});
