import { expect, test } from '@jest/globals';
import { again, customersOr, judgeSeed, seedsFrom } from './seeds.ts';

test.each(seedsFrom(1001, 1))(
  'seed %i wholly on SQLite files, closed and opened again with each life',
  async (seed) => {
    const { kills, found } = await judgeSeed({ seed, customers: customersOr(30), crashEvery: 150, faults: true, engines: 'files' });
    expect({ found, killed: kills > 0, again: again(seed) }).toEqual({ found: [], killed: true, again: again(seed) });
  },
  300_000,
);
