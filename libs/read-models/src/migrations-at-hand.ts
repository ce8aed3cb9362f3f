import { getHeapStatistics } from 'node:v8';

/** Measured: a migration of one line takes 1.7 kB when it is registered, and 10 kB at the end of its life. */
const BYTES_A_MIGRATION = 10_000;
const SHARE_OF_HEAP = 0.1;
const FEWEST = 10_000;

/**
 * How many migrations a thread keeps folded, for commands or for the rows: as many as a tenth of its heap takes. What is
 * not at hand is read and folded again for each command or event, which takes longer than the command itself.
 */
export function migrationsAtHand(heapBytes = getHeapStatistics().heap_size_limit): number {
  return Math.max(FEWEST, Math.floor((heapBytes * SHARE_OF_HEAP) / BYTES_A_MIGRATION));
}
