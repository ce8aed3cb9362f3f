import { parseArgs } from 'node:util';
import { judgeSeed, runOf } from './seeds.ts';

/**
 * Seeds one after the other in this process, each verdict a line of JSON: for a debugger or a profiler. From the sources,
 * `node --import=./test/simulation/from-source.js test/simulation/run-seeds.ts --seeds=1,2 --customers=60`.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    customers: { type: 'string', default: '60' },
    /** Steps between two crashes, on average. */
    'crash-every': { type: 'string' },
  },
});

for (const seed of values.seeds.split(',').map(Number)) {
  const run = runOf(seed, Number(values.customers));
  const verdict = await judgeSeed({ ...run, crashEvery: Number(values['crash-every'] ?? run.crashEvery) });
  process.stdout.write(`${JSON.stringify({ seed, ...verdict })}\n`);
}
