import type { DatabaseSync, StatementSync } from 'node:sqlite';

const BLOCK = 1024n;

/**
 * Gives out positions. They are reserved in blocks, so that not every commit has to write down how far they have come;
 * after a crash the log goes on behind the reserved block. So no position is used twice, even where the newest event was
 * deleted by hand.
 */
export class PositionSequence {
  readonly #reservedUpTo: StatementSync;
  readonly #reserve: StatementSync;
  #next = 0n;
  #reserved = 0n;

  constructor(db: DatabaseSync) {
    this.#reservedUpTo = db.prepare('SELECT up_to FROM positions_reserved');
    this.#reservedUpTo.setReadBigInts(true);
    this.#reserve = db.prepare('UPDATE positions_reserved SET up_to = ?');
    this.reload();
  }

  /** The next position. Inside the transaction that writes its event. */
  take(): bigint {
    if (this.#next > this.#reserved) {
      this.#reserved = this.#next + BLOCK - 1n;
      this.#reserve.run(this.#reserved);
    }
    return this.#next++;
  }

  /** Gives back what was reserved and not used: before the file is closed. */
  giveBack(): void {
    if (this.#next <= this.#reserved) this.#reserve.run(this.#next - 1n);
  }

  /** Goes by the file again, after a rollback. */
  reload(): void {
    this.#reserved = this.#reservedUpTo.get()!['up_to'] as bigint;
    this.#next = this.#reserved + 1n;
  }
}
