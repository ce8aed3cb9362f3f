import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instant } from '#kernel';
import { type Engines, fileEngines, memoryEngines } from './engines.ts';
import type { Ending } from './ending.ts';
import { judge } from './judge/index.ts';
import { runSimulation } from './run-simulation.ts';
import { differences } from './same-end.ts';
import { FIRST_ON_FILES } from './which-seeds.ts';

export interface SeedRun {
  readonly seed: number;
  readonly customers: number;
  readonly engines: 'memory' | 'files';
  /** Seams passed between two crashes, on average. */
  readonly crashEvery: number;
  readonly faults: boolean;
  /** Lived through a second time, without crashes, and both ends compared. */
  readonly besideUndisturbed: boolean;
}

/** A restart on files takes a while: there are fewer of them, and fewer customers. */
const CRASH_EVERY = { memory: 400, files: 500 };
const MOST_CUSTOMERS_ON_FILES = 10;

/** The seed decides everything, also which kind of run it is: so it can be run alone. */
export function runOf(seed: number, customers: number): SeedRun {
  const engines = seed >= FIRST_ON_FILES ? 'files' : 'memory';
  return {
    seed,
    customers: engines === 'files' ? Math.min(customers, MOST_CUSTOMERS_ON_FILES) : customers,
    engines,
    crashEvery: CRASH_EVERY[engines],
    // Without faults both lives must agree in more: every such seed is lived through twice, and some of the others.
    faults: seed % 5 !== 0,
    besideUndisturbed: engines === 'files' || seed % 5 === 0 || seed % 5 === 2,
  };
}

const ENGINES: Readonly<Record<SeedRun['engines'], (path: string) => Engines>> = { memory: memoryEngines, files: fileEngines };

export type Life = 'with crashes' | 'undisturbed';
export type TellDay = (life: Life, day: Instant) => void;

export interface Verdict {
  readonly migrations: number;
  /** Where the service was killed, each time. */
  readonly killedAt: readonly string[];
  readonly bought: number;
  readonly besideUndisturbed: boolean;
  readonly seconds: number;
  /** Empty where all is as it should be. */
  readonly found: readonly string[];
}

/** One seed with crashes, judged; and, for some, judged again beside the same seed without any. */
export async function judgeSeed(run: SeedRun, tellDay: TellDay = () => undefined): Promise<Verdict> {
  const began = performance.now();
  const crashed = await lifeOf(run, 'with crashes', tellDay);
  const undisturbed = run.besideUndisturbed ? await lifeOf(run, 'undisturbed', tellDay) : null;
  return {
    migrations: crashed.customers.length,
    killedAt: crashed.killed,
    bought: crashed.customers.reduce((orders, { ledger }) => orders + ledger.filter(({ kind }) => kind === 'subscription').length, 0),
    besideUndisturbed: run.besideUndisturbed,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    found: [
      ...judge(crashed).map((wrong) => `with crashes: ${wrong}`),
      ...(undisturbed ? judge(undisturbed).map((wrong) => `without crashes: ${wrong}`) : []),
      ...(undisturbed ? differences(crashed, undisturbed, run.faults) : []),
    ],
  };
}

export async function lifeOf(
  { engines, seed, customers, crashEvery, faults }: SeedRun,
  life: Life,
  tellDay: TellDay = () => undefined,
): Promise<Ending> {
  const path = mkdtempSync(join(tmpdir(), 'cutover-simulation-'));
  try {
    return await runSimulation({
      seed,
      customers,
      faults,
      engines: ENGINES[engines](path),
      crashEvery: life === 'undisturbed' ? null : crashEvery,
      onDay: (day) => tellDay(life, day),
    });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
