import { describe, expect, test } from '@jest/globals';
import { type ChildRun, again, customersOr, seedsFrom, verdictOf } from './child-runs.ts';

const MOST_MS = 1_200_000;
const LAST_OF_MEMORY = 999_999;
/** Few: a restart on files takes a while. */
const LAST_OF_FILES = LAST_OF_MEMORY + 3;

async function judged(run: ChildRun): Promise<void> {
  const { found, kills, bought } = await verdictOf(run);
  const expected = { found: [], killed: true, bought: true, again: again(run.seed) };
  expect({ found, killed: kills > 0, bought: bought > 0, again: again(run.seed) }).toEqual(expected);
}

/**
 * Each seed is lived through twice, killed between its steps and undisturbed: 140 migrations in a run of the suite;
 * `SIMULATION_SEEDS=20 SIMULATION_CUSTOMERS=60` makes it more than 2,000.
 */
describe('the whole service, killed between any two steps, buys each seat once, loses nothing, and ends as it does undisturbed', () => {
  const onMemory = seedsFrom(2, 1, LAST_OF_MEMORY);
  const onFiles = seedsFrom(LAST_OF_MEMORY + 1, 1, LAST_OF_FILES);

  // Whoever asks for one seed may ask for one of either kind only.
  if (onMemory.length > 0) {
    test.concurrent.each(onMemory)('seed %i', (seed) => judged({ seed, customers: customersOr(60), engines: 'memory' }), MOST_MS);
  }
  if (onFiles.length > 0) {
    test.concurrent.each(onFiles)(
      'seed %i, all of it in SQLite files',
      (seed) => judged({ seed, customers: Math.min(customersOr(10), 10), engines: 'files' }),
      MOST_MS,
    );
  }
});
