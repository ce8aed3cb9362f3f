import type { AskedSeed, Told } from './seed-processes.ts';
import { judgeSeed, runOf } from './seeds.ts';

const tell = (told: Told): void => void process.send?.(told);

// Whoever asked is gone, and a world that is under way would go on living.
process.once('disconnect', () => process.exit());

/** Judges the seeds that it is asked for, one after the other, and tells the day that each has come to. */
process.on('message', ({ seed, customers }: AskedSeed) => {
  judgeSeed(runOf(seed, customers), (life, day) => tell({ kind: 'day', life, day })).then(
    (verdict) => tell({ kind: 'verdict', verdict }),
    (error: unknown) => tell({ kind: 'fault', fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
