import { SeedProcesses } from './seed-processes.ts';
import type { Verdict } from './seeds.ts';
import { again, askedCustomers, askedSeeds } from './which-seeds.ts';

/** `npm run simulation`: many seeds, a line each and a total; the exit code says whether all was as it should be. */
const SEEDS = 40;
const SEEDS_ON_FILES = 1;
const CUSTOMERS = 60;

const began = performance.now();
const customers = askedCustomers(CUSTOMERS);
const processes = new SeedProcesses();
const verdicts: Verdict[] = [];
const failed: number[] = [];

async function show(seed: number): Promise<void> {
  try {
    const verdict = await processes.verdictOf({ seed, customers });
    verdicts.push(verdict);
    const { migrations, killedAt, bought, besideUndisturbed, seconds, found } = verdict;
    const beside = besideUndisturbed ? ', and again undisturbed' : '';
    console.log(
      `seed ${seed}: ${found.length === 0 ? 'ok' : 'FAILED'}, ${migrations} migrations, ${killedAt.length} kills, ${bought} subscriptions bought${beside} (${seconds} s)`,
    );
    if (found.length === 0) return;
    for (const wrong of found) console.log(`  ${wrong}`);
  } catch (error) {
    console.log(`seed ${seed}: FAILED, ${error instanceof Error ? error.message : String(error)}`);
  }
  console.log(`  ${again(seed, customers)}`);
  failed.push(seed);
}

await Promise.all(askedSeeds(SEEDS, SEEDS_ON_FILES).map(show));
processes.close();

const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + of(verdict), 0);
const places = new Set(verdicts.flatMap(({ killedAt }) => killedAt));
const twice = sum(({ besideUndisturbed, migrations }) => (besideUndisturbed ? migrations : 0));
console.log(
  `${verdicts.length} seeds, ${sum(({ migrations }) => migrations)} migrations with ${sum(({ killedAt }) => killedAt.length)} kills at ${places.size} kinds of steps (${twice} of them lived through again undisturbed), ${sum(({ bought }) => bought)} subscriptions bought: ${failed.length === 0 ? 'all as it should be' : `FAILED: ${failed.join(', ')}`} (${Math.round((performance.now() - began) / 1_000)} s)`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
