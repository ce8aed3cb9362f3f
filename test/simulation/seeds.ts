import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engines, fileEngines, memoryEngines } from './engines.ts';
import type { Ending } from './ending.ts';
import { judge } from './judge/index.ts';
import { runSimulation } from './run-simulation.ts';
import { differences } from './same-end.ts';

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
      ...differences(crashed, undisturbed, run.faults),
    ],
  };
}
