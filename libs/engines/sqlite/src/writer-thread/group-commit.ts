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
/** Batches handed over: one that is being written, and one that waits for it. */
const MOST_BATCHES = 2;

/**
 * Gathers jobs into batches: what arrives while one batch is being made durable forms the next one. So the number of
 * commits follows the disk's speed, and not the number of callers.
 *
 * Where callers take longer to come back with their next job than the disk takes for a commit, they are served in two
 * halves, so that one half's jobs are written while the other half's callers run; the second half is handed over as soon
 * as it is there, so that whoever writes need not wait for it either. On a slower disk all of them wait for one another
 * and share a commit.
 */
export class GroupCommit<Job> {
  readonly #options: GroupCommitOptions<Job>;
  readonly #elapsed: () => number;
  #queue: Job[] = [];
  #batches = 0;
  #jobsInBatches = 0;
  #scheduled = false;
  /** So many jobs make a batch at once, without waiting for the end of this turn of the event loop or of the batch before. */
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
    if (this.#queue.length >= this.#enough && this.#batches < MOST_BATCHES) this.#start(this.#enough);
    else if (this.#batches === 0) this.#startAtEndOfTurn();
  }

  /** Resolves when nothing waits and nothing is being written. */
  async idle(): Promise<void> {
    if (this.#batches > 0 || this.#queue.length > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #startAtEndOfTurn(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#batches === 0 && this.#queue.length > 0) this.#start(Infinity);
    });
  }

  #start(most: number): void {
    const jobs = this.#take(most);
    this.#batches++;
    this.#jobsInBatches += jobs.length;
    void this.#options.write(jobs).then((written) => this.#finish(jobs.length, written));
  }

  #finish(done: number, written: GroupWritten): void {
    const callers = this.#queue.length + this.#jobsInBatches;
    this.#batches--;
    this.#jobsInBatches -= done;
    this.#commitMs += (written.commitMs - this.#commitMs) * NEWEST;
    const half = Math.ceil(callers / 2);
    // A lone caller has nobody to wait for.
    this.#enough = half === 1 || this.#commitMs < this.#callerMs * half * 2 ? half : Infinity;
    if (this.#queue.length >= this.#enough) this.#start(this.#enough);
    const start = this.#elapsed();
    written.settle();
    setImmediate(() => {
      this.#callerMs += ((this.#elapsed() - start) / done - this.#callerMs) * NEWEST;
      if (this.#batches === 0 && this.#queue.length > 0) this.#start(Infinity);
      if (this.#batches === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
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
