import type { DatabaseSync, StatementSync } from 'node:sqlite';

interface WaitingRead {
  /** Reads, tells its caller, and answers how many rows it read. Never throws. */
  run(): number;
}

/**
 * Gathers the reads that are asked for in one turn of the event loop, and carries them out one after another in one read
 * transaction. After each commit of the writer a first look has to lock the file and to find its pages again, which takes
 * longer than reading a short stream; callers that come together pay it together.
 *
 * A look that has read its rows leaves the other reads to the next turn, so that the event loop goes on.
 */
export class GatheredReads {
  readonly #mostRows: number;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  #waiting: WaitingRead[] = [];
  #scheduled = false;

  constructor(db: DatabaseSync, mostRows: number) {
    this.#mostRows = mostRows;
    this.#begin = db.prepare('BEGIN');
    this.#end = db.prepare('COMMIT');
  }

  /** Sees at least what is committed now. */
  read<Row>(rows: () => readonly Row[]): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        run() {
          try {
            const read = rows();
            resolve(read);
            return read.length;
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
            return 0;
          }
        },
      });
      this.#lookAtEndOfTurn();
    });
  }

  /** Carries out at once what waits: before the file is closed. */
  finish(): void {
    this.#look(Infinity);
  }

  #lookAtEndOfTurn(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#look(this.#mostRows);
      if (this.#waiting.length > 0) this.#lookAtEndOfTurn();
    });
  }

  #look(mostRows: number): void {
    const reads = this.#waiting;
    this.#waiting = [];
    // A single statement is a transaction by itself.
    const shared = reads.length > 1 && this.#began();
    let done = 0;
    for (let rows = 0; done < reads.length && rows < mostRows; done += 1) rows += reads[done]!.run();
    if (shared) this.#end.run();
    if (done < reads.length) this.#waiting = [...reads.slice(done), ...this.#waiting];
  }

  /** Where the file cannot be looked into, each read says so to its own caller. */
  #began(): boolean {
    try {
      this.#begin.run();
      return true;
    } catch {
      return false;
    }
  }
}
