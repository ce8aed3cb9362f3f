import type { Position } from '#kernel';
import { type Delay, backOffMs } from '#event-sourcing';
import { SqliteEngineError } from '#engines/sqlite';
import type { Following } from './serve-read-models.ts';
import { type Fault, type FromReadModels, type ReadModelWork, type ToReadModels, type WorkName, faultOf } from './thread-messages.ts';

/** A thread as this side sees it: a worker, or in specs whatever stands in for one. */
export interface ThreadEnd {
  postMessage(message: ToReadModels): void;
  on(event: 'message', listener: (message: FromReadModels) => void): unknown;
  /** It has ended, by itself or by a fault. */
  on(event: 'exit', listener: () => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

export interface ReadModelThreadOptions {
  /** Starts a thread on the copy that is in use. */
  readonly startThread: (following: Pick<Following, 'toldUpTo' | 'grown'>) => ThreadEnd;
  readonly onCommitted: (position: Position, streams: readonly string[]) => void;
  /** Lets readers see that copy. */
  readonly switchTo: (copy: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly delay: Delay;
  /** In [0, 1). */
  readonly random: () => number;
}

interface Asked {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const BACK_OFF = { baseMs: 100, capMs: 10_000 };

/** The service's end of the thread that writes the read models. One that dies fails what it had in hand, and is followed by another. */
export class ReadModelThread {
  readonly #options: ReadModelThreadOptions;
  readonly #asked = new Map<number, Asked>();
  readonly #grown = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #stopping = new AbortController();
  #running: ThreadEnd | undefined;
  #starting: Promise<void> | undefined;
  #started = Promise.withResolvers<ThreadEnd>();
  #gone = Promise.withResolvers<undefined>();
  #numbers = 0;
  #toldUpTo: Position | null = null;
  #wanted: Position | null = null;
  #deaths = 0;

  private constructor(options: ReadModelThreadOptions) {
    this.#options = options;
  }

  /** Resolves when the thread follows the log. @throws SqliteEngineError with the thread's own code */
  static async start(options: ReadModelThreadOptions): Promise<ReadModelThread> {
    const thread = new ReadModelThread(options);
    await thread.#startOnce();
    return thread;
  }

  /** While a dead thread is being replaced this waits for the next one. What the thread had in hand when it died is rejected: it may be done or not. */
  async ask<Name extends WorkName>(
    work: Name,
    ...details: Parameters<ReadModelWork[Name]>
  ): Promise<Awaited<ReturnType<ReadModelWork[Name]>>> {
    let thread: ThreadEnd;
    // One that was started may have ended again before it is this caller's turn.
    do thread = await this.#started.promise;
    while (thread !== this.#running);
    const number = (this.#numbers += 1);
    const answered = new Promise<unknown>((resolve, reject) => this.#asked.set(number, { resolve, reject }));
    thread.postMessage({ kind: 'ask', number, work, details });
    return (await answered) as Awaited<ReturnType<ReadModelWork[Name]>>;
  }

  /** There is more in the log. Cheap, at any rate: a thread that has not looked since it was told is not told again. */
  grown(): void {
    if (Atomics.exchange(this.#grown, 0, 1) === 0) this.#running?.postMessage({ kind: 'grown' });
  }

  /** Somebody waits for the rows to get there. */
  hurryTo(position: Position): void {
    if (this.#wanted !== null && position <= this.#wanted) return;
    this.#wanted = position;
    this.#running?.postMessage({ kind: 'wanted', position });
  }

  /** Resolves when the rows follow the log, else rejects with the reason: at once where there is no thread. */
  async checkFollowing(): Promise<void> {
    if (!this.#running) throw new Error('the thread of the read models has ended, and another one is being started');
    await this.ask('following');
  }

  /** After the commit in hand. What is asked from then on is rejected. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    await this.#starting;
    if (this.#running) {
      // One that dies instead is gone as well.
      await this.ask('stop').catch(() => undefined);
      await this.#gone.promise;
    }
    // For those who wait for the next thread, and for whoever asks later.
    this.#started.promise.catch(() => undefined);
    this.#started.reject(new Error('the read models were stopped: start the service again'));
  }

  async #startOnce(): Promise<void> {
    const { startThread, onError } = this.#options;
    const ready = Promise.withResolvers<undefined>();
    const gone = Promise.withResolvers<undefined>();
    const thread = startThread({ toldUpTo: this.#toldUpTo, grown: this.#grown });
    thread.on('message', (message) => {
      if (message.kind === 'ready') ready.resolve(undefined);
      else if (message.kind === 'cannot-start') ready.reject(errorOf(message.fault));
      else this.#hear(thread, message);
    });
    thread.on('error', onError);
    thread.on('exit', () => {
      ready.reject(new Error('the thread of the read models ended before it was ready'));
      gone.resolve(undefined);
      if (this.#running === thread) this.#ended();
    });
    await ready.promise;
    this.#gone = gone;
    this.#running = thread;
    this.#started.resolve(thread);
    if (this.#wanted !== null) thread.postMessage({ kind: 'wanted', position: this.#wanted });
  }

  #ended(): void {
    this.#running = undefined;
    this.#started = Promise.withResolvers();
    const fault = new Error('the thread of the read models ended: what it had in hand may be done or not');
    for (const asked of this.#asked.values()) asked.reject(fault);
    this.#asked.clear();
    if (this.#stopping.signal.aborted) return;
    this.#options.onError(fault);
    this.#starting = this.#startAgain();
  }

  async #startAgain(): Promise<void> {
    const { delay, random, onError } = this.#options;
    const { signal } = this.#stopping;
    const isStopping = (): boolean => signal.aborted;
    while (!isStopping() && !this.#running) {
      this.#deaths += 1;
      await delay(backOffMs(BACK_OFF, this.#deaths, random()), signal).catch(() => undefined);
      if (!isStopping()) await this.#startOnce().catch(onError);
    }
  }

  #hear(thread: ThreadEnd, message: Exclude<FromReadModels, { kind: 'ready' | 'cannot-start' }>): void {
    switch (message.kind) {
      case 'answer':
        this.#taken(message.number)?.resolve(message.value);
        break;
      case 'refusal':
        this.#taken(message.number)?.reject(errorOf(message.fault));
        break;
      case 'committed':
        this.#deaths = 0;
        this.#toldUpTo = message.position;
        this.#options.onCommitted(message.position, message.streams);
        break;
      case 'switch':
        void this.#switch(thread, message.copy);
        break;
      case 'trouble':
        this.#options.onError(errorOf(message.fault));
        break;
      default:
        message satisfies never;
    }
  }

  #taken(number: number): Asked | undefined {
    const asked = this.#asked.get(number);
    this.#asked.delete(number);
    return asked;
  }

  async #switch(thread: ThreadEnd, copy: string): Promise<void> {
    try {
      await this.#options.switchTo(copy);
      thread.postMessage({ kind: 'switched', fault: null });
    } catch (error) {
      thread.postMessage({ kind: 'switched', fault: faultOf(error) });
    }
  }
}

function errorOf({ code, message }: Fault): Error {
  return code === null ? new Error(message) : new SqliteEngineError(code, message);
}
