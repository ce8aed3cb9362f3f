export interface GroupCommitOptions<Job> {
  /** Makes the jobs durable as one transaction. Must not reject: it settles each job itself. */
  readonly write: (jobs: readonly Job[]) => Promise<void>;
  readonly sizeOf: (job: Job) => number;
  /** A batch ends when its jobs' sizes reach this sum. */
  readonly maxSize: number;
}

/**
 * Gathers jobs into batches: what arrives while one batch is being made durable forms the next one. So the number of
 * commits follows the disk's speed, and not the number of callers.
 */
export class GroupCommit<Job> {
  readonly #options: GroupCommitOptions<Job>;
  #queue: Job[] = [];
  #scheduled = false;
  #busy = false;
  #onIdle: (() => void)[] = [];

  constructor(options: GroupCommitOptions<Job>) {
    this.#options = options;
  }

  add(job: Job): void {
    this.#queue.push(job);
    this.#schedule();
  }

  /** Resolves when nothing waits and nothing is being written. */
  async idle(): Promise<void> {
    if (this.#busy || this.#queue.length > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled || this.#busy) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#writeNext();
    });
  }

  async #writeNext(): Promise<void> {
    this.#busy = true;
    await this.#options.write(this.#take());
    this.#busy = false;
    if (this.#queue.length > 0) this.#schedule();
    else for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #take(): readonly Job[] {
    let size = 0;
    const end = this.#queue.findIndex((job) => (size += this.#options.sizeOf(job)) >= this.#options.maxSize);
    if (end === -1 || end === this.#queue.length - 1) {
      const all = this.#queue;
      this.#queue = [];
      return all;
    }
    return this.#queue.splice(0, end + 1);
  }
}
