export interface GroupWritten {
  /** How long the disk took. */
  readonly commitMs: number;
  /** Tells each job's caller. */
  settle(): void;
}

export interface GroupCommitOptions<Job> {
  /** Makes the jobs durable as one transaction. Never rejects. */
  readonly write: (jobs: readonly Job[]) => Promise<GroupWritten>;
  readonly sizeOf: (job: Job) => number;
  /** A batch ends when its jobs' sizes reach this sum. */
  readonly maxSize: number;
  /** Milliseconds that pass; the process's own by default. */
  readonly elapsed?: () => number;
}

/** The weight of the newest measurement in a moving average. */
const NEWEST = 0.2;

/**
 * Gathers jobs into batches: what arrives while one batch is being made durable forms the next one. So the number of
 * commits follows the disk's speed, and not the number of callers.
 *
 * Where callers take longer to come back with their next job than the disk takes for a commit, they are served in two
 * halves, so that one half's jobs are written while the other half's callers run. On a slower disk all of them wait for
 * one another and share a commit.
 */
export class GroupCommit<Job> {
  readonly #options: GroupCommitOptions<Job>;
  readonly #elapsed: () => number;
  #queue: Job[] = [];
  #busy = false;
  #scheduled = false;
  /** While idle: so many jobs start a batch at once, without waiting for the end of this turn of the event loop. */
  #enough = Infinity;
  #commitMs = 0;
  #callerMs = 0;
  #onIdle: (() => void)[] = [];

  constructor(options: GroupCommitOptions<Job>) {
    this.#options = options;
    this.#elapsed = options.elapsed ?? (() => performance.now());
  }

  add(job: Job): void {
    this.#queue.push(job);
    if (this.#busy) return;
    if (this.#queue.length >= this.#enough) this.#start(this.#enough);
    else this.#startAtEndOfTurn();
  }

  /** Resolves when nothing waits and nothing is being written. */
  async idle(): Promise<void> {
    if (this.#busy || this.#queue.length > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #startAtEndOfTurn(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#busy && this.#queue.length > 0) this.#start(Infinity);
    });
  }

  #start(most: number): void {
    const jobs = this.#take(most);
    this.#busy = true;
    void this.#options.write(jobs).then((written) => this.#finish(jobs.length, written));
  }

  #finish(done: number, written: GroupWritten): void {
    this.#busy = false;
    this.#commitMs += (written.commitMs - this.#commitMs) * NEWEST;
    const half = Math.ceil((this.#queue.length + done) / 2);
    // A lone caller has nobody to wait for.
    this.#enough = half === 1 || this.#commitMs < this.#callerMs * half * 2 ? half : Infinity;
    if (this.#queue.length >= this.#enough) this.#start(this.#enough);
    const start = this.#elapsed();
    written.settle();
    setImmediate(() => {
      this.#callerMs += ((this.#elapsed() - start) / done - this.#callerMs) * NEWEST;
      if (!this.#busy && this.#queue.length > 0) this.#start(Infinity);
      if (!this.#busy) for (const resolve of this.#onIdle.splice(0)) resolve();
    });
  }

  #take(most: number): readonly Job[] {
    const { sizeOf, maxSize } = this.#options;
    let size = 0;
    let end = 0;
    while (end < this.#queue.length && end < most && size < maxSize) size += sizeOf(this.#queue[end++]!);
    if (end < this.#queue.length) return this.#queue.splice(0, end);
    const all = this.#queue;
    this.#queue = [];
    return all;
  }
}
