import { availableParallelism } from 'node:os';

/** From this one on a seed lives in SQLite files, all of it. */
export const FIRST_ON_FILES = 1_000_000;

const { SIMULATION_SEED, SIMULATION_SEEDS, SIMULATION_CUSTOMERS, SIMULATION_PROCESSES } = process.env;

/**
 * The seeds that are asked for: `SIMULATION_SEED=123` is that one alone (`=3,17` are those two), `SIMULATION_SEEDS=50` so
 * many on the engines in memory.
 */
export function askedSeeds(inMemory: number, onFiles: number): readonly number[] {
  if (SIMULATION_SEED) return SIMULATION_SEED.split(',').map(Number);
  return [...counted(1, Number(SIMULATION_SEEDS ?? inMemory)), ...counted(FIRST_ON_FILES + 1, onFiles)];
}

export function askedCustomers(byDefault: number): number {
  return Number(SIMULATION_CUSTOMERS ?? byDefault);
}

/** Seeds at a time, each in a process of its own: `SIMULATION_PROCESSES=1` leaves the machine to others. */
export function askedProcesses(): number {
  return Number(SIMULATION_PROCESSES ?? Math.min(availableParallelism(), 4));
}

/** What to run to see a failure again. */
export function again(seed: number, customers: number): string {
  return `run it alone: SIMULATION_SEED=${seed} SIMULATION_CUSTOMERS=${customers} npm run simulation`;
}

function counted(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
