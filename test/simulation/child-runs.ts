import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { Verdict } from './seeds.ts';

export interface ChildRun {
  readonly seed: number;
  readonly customers: number;
  readonly engines: 'memory' | 'files';
}

const folder = new URL('./', import.meta.url);
const limit = pLimit(Math.min(availableParallelism(), 4));

/** Runs a seed in a process of its own, as many at once as there are processors: each is a world for itself. */
export function verdictOf(run: ChildRun): Promise<Verdict> {
  return limit(() => inChild(run));
}

async function inChild({ seed, customers, engines }: ChildRun): Promise<Verdict> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      `--import=${new URL('from-source.js', folder).href}`,
      new URL('run-seeds.ts', folder).pathname,
      `--seeds=${seed}`,
      `--customers=${customers}`,
      `--engines=${engines}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const [output, faults] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  if (child.exitCode !== 0) throw new Error(`seed ${seed} ended with ${String(child.exitCode)}: ${faults}`);
  return JSON.parse(output) as Verdict;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}

/** `SIMULATION_SEED=123` runs that seed alone; `SIMULATION_SEEDS=50` so many, `SIMULATION_CUSTOMERS=20` with as many customers each. */
export function seedsFrom(first: number, count: number, last: number): readonly number[] {
  const { SIMULATION_SEED, SIMULATION_SEEDS } = process.env;
  const seeds = SIMULATION_SEED
    ? [Number(SIMULATION_SEED)]
    : Array.from({ length: Number(SIMULATION_SEEDS ?? count) }, (_, index) => first + index);
  return seeds.filter((seed) => first <= seed && seed <= last);
}

export function customersOr(count: number): number {
  return Number(process.env.SIMULATION_CUSTOMERS ?? count);
}

/** What to run to see a failure again. */
export function again(seed: number): string {
  return `run it alone: SIMULATION_SEED=${seed} npm run test:simulation`;
}
