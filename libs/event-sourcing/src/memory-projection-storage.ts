import { BEFORE_ALL } from '#kernel';
import type { Position } from '#kernel';
import { CheckpointTaken } from './projection.ts';
import type { ProjectionStorage } from './projection.ts';

/** Rows in memory with the whole of the storage's contract, for tests: transactions, and one owner at a time. */
export class MemoryRows<Row> {
  rows: ReadonlyMap<string, Row> = new Map();
  position: Position = BEFORE_ALL;
  owner: string | undefined;
  commits = 0;

  /** The storage as seen by one owner. Whoever asks for the checkpoint last has it; earlier owners are refused. */
  ownedBy(owner: string): ProjectionStorage<Map<string, Row>> {
    return {
      checkpoint: async () => {
        this.owner = owner;
        return this.position;
      },
      commit: async (upTo, work) => {
        if (this.owner !== owner) throw new CheckpointTaken('memory-rows');
        const rows = new Map(this.rows);
        await work(rows);
        if (this.owner !== owner) throw new CheckpointTaken('memory-rows');
        this.rows = rows;
        this.position = upTo;
        this.commits += 1;
      },
    };
  }
}
