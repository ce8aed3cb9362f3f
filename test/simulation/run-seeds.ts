import { parseArgs } from 'node:util';
import { judgeSeed } from './seeds.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    customers: { type: 'string', default: '100' },
    engines: { type: 'string', default: 'memory' },
    /** Steps between two crashes, on average. */
    'crash-every': { type: 'string' },
  },
});

/** A restart on files takes a while: there are fewer of them. */
const CRASH_EVERY = { memory: 400, files: 500 };
const engines = values.engines === 'files' ? 'files' : 'memory';

/** Runs seeds one after the other and writes each verdict as a line of JSON. */
for (const seed of (values.seeds ?? '1').split(',').map(Number)) {
  const began = performance.now();
  const verdict = await judgeSeed({
    seed,
    customers: Number(values.customers),
    crashEvery: Number(values['crash-every'] ?? CRASH_EVERY[engines]),
    faults: seed % 5 !== 0,
    engines,
  });
  process.stdout.write(`${JSON.stringify({ seed, seconds: Math.round((performance.now() - began) / 100) / 10, ...verdict })}\n`);
}
