import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engines, fileEngines, memoryEngines } from './engines.ts';
import type { Ending } from './ending.ts';
import { judge } from './judge/index.ts';
import { runSimulation } from './run-simulation.ts';
import { differences } from './same-end.ts';

/** `SIMULATION_SEED=123` runs that seed alone, `SIMULATION_SEEDS=50` so many, `SIMULATION_CUSTOMERS=20` with fewer customers each. */
export function seedsFrom(first: number, count: number): readonly number[] {
  const { SIMULATION_SEED, SIMULATION_SEEDS } = process.env;
  if (SIMULATION_SEED) return [Number(SIMULATION_SEED)];
  return Array.from({ length: Number(SIMULATION_SEEDS ?? count) }, (_, index) => first + index);
}

export function customersOr(count: number): number {
  return Number(process.env.SIMULATION_CUSTOMERS ?? count);
}

export interface SeedRun {
  readonly seed: number;
  readonly customers: number;
  readonly crashEvery: number | null;
  readonly faults: boolean;
  readonly engines: 'memory' | 'files';
}

const ENGINES: Readonly<Record<SeedRun['engines'], (path: string) => Engines>> = { memory: memoryEngines, files: fileEngines };

export async function runSeed({ engines, ...run }: SeedRun): Promise<Ending> {
  const path = mkdtempSync(join(tmpdir(), 'cutover-simulation-'));
  try {
    return await runSimulation({ ...run, engines: ENGINES[engines](path) });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

export interface Verdict {
  readonly kills: number;
  readonly bought: number;
  /** Empty where all is as it should be. */
  readonly found: readonly string[];
}

/** One seed with crashes, judged; and judged again beside the same seed without any. */
export async function judgeSeed(run: SeedRun & { readonly crashEvery: number }): Promise<Verdict> {
  const crashed = await runSeed(run);
  const undisturbed = await runSeed({ ...run, crashEvery: null });
  return {
    kills: crashed.killed.length,
    bought: crashed.customers.reduce((orders, { ledger }) => orders + ledger.filter(({ kind }) => kind === 'subscription').length, 0),
    found: [
      ...judge(crashed).map((wrong) => `with crashes: ${wrong}`),
      ...judge(undisturbed).map((wrong) => `without crashes: ${wrong}`),
      ...differences(crashed, undisturbed),
    ],
  };
}

/** What to run to see a failure again. */
export function again(seed: number): string {
  return `run it alone: SIMULATION_SEED=${seed} npm run test:simulation`;
}
