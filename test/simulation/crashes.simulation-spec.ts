import { describe, expect, test } from '@jest/globals';
import { again, customersOr, judgeSeed, seedsFrom } from './seeds.ts';

const MOST_MS = 300_000;

/** Each seed is lived through twice: killed between its steps, and undisturbed. */
describe('the whole service on embedded engines, killed between any two steps', () => {
  test.each(seedsFrom(1, 10))(
    'seed %i: buys each seat once, loses nothing, and ends as it does undisturbed',
    async (seed) => {
      const { kills, bought, found } = await judgeSeed({ seed, customers: customersOr(100), crashEvery: 150, faults: seed % 5 !== 0, engines: 'memory' });
      expect({ found, killed: kills > 0, bought: bought > 0, again: again(seed) }).toEqual({ found: [], killed: true, bought: true, again: again(seed) });
    },
    MOST_MS,
  );
});
