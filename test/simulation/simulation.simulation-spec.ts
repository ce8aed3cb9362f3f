import { afterAll, describe, expect, test } from '@jest/globals';
import { SeedProcesses } from './seed-processes.ts';
import { again, askedCustomers, askedSeeds } from './which-seeds.ts';

const MOST_MS = 1_200_000;
const SEEDS = 5;
/** Few: a restart on files takes a while. */
const SEEDS_ON_FILES = 1;
const CUSTOMERS = 60;

/**
 * Each seed is lived through with kills between its steps, some a second time undisturbed: 310 migrations in a run of the
 * suite. `npm run simulation` lives through more than 2,000.
 */
describe('the whole service, killed between any two steps, buys each seat once, loses nothing, and ends as it does undisturbed', () => {
  const processes = new SeedProcesses();
  const customers = askedCustomers(CUSTOMERS);
  afterAll(() => processes.close());

  test.concurrent.each(askedSeeds(SEEDS, SEEDS_ON_FILES))(
    'seed %i',
    async (seed) => {
      const { found, killedAt, bought } = await processes.verdictOf({ seed, customers });
      const toRepeat = again(seed, customers);
      expect({ found, killed: killedAt.length > 0, bought: bought > 0, toRepeat }).toEqual({
        found: [],
        killed: true,
        bought: true,
        toRepeat,
      });
    },
    MOST_MS,
  );
});
