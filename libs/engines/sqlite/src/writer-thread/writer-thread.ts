import { Worker } from 'node:worker_threads';
import { SqliteEngineError } from '../sqlite-engine-error.ts';
import type { FromWriter, ToWriter } from './protocol.ts';

export interface Written<Reply> {
  readonly reply: Reply;
  /** How long the commit took: the disk's part. */
  readonly commitMs: number;
}

interface Waiting<Reply> {
  resolve(written: Written<Reply> | undefined): void;
  reject(error: Error): void;
}

/** The main thread's end of a writer thread: requests are answered in order; when the thread dies, all of them fail. */
export class WriterThread<Batch, Reply> {
  readonly #worker: Worker;
  readonly #waiting: Waiting<Reply>[] = [];
  readonly #gone: Promise<void>;
  #fault: SqliteEngineError | undefined;
  #closing = false;

  private constructor(module: URL, workerData: unknown) {
    this.#worker = new Worker(module, { workerData, name: 'sqlite writer' });
    this.#worker.on('message', (message: FromWriter<Reply>) => this.#answer(message));
    this.#worker.on('error', (error) => this.#die(error));
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#die(undefined);
        resolve();
      });
    });
  }

  /** Resolves when the thread has opened its file. @throws SqliteEngineError with the thread's own code */
  static async start<Batch, Reply>(module: URL, workerData: unknown): Promise<WriterThread<Batch, Reply>> {
    const thread = new WriterThread<Batch, Reply>(module, workerData);
    try {
      await new Promise((resolve, reject) => thread.#waiting.push({ resolve, reject }));
    } catch (error) {
      await thread.#gone;
      throw error;
    }
    return thread;
  }

  /** Resolves when the batch is durable. @throws SqliteEngineError when nothing of it was written, or the thread died. */
  async write(batch: Batch): Promise<Written<Reply>> {
    return (await this.#request({ kind: 'write', batch }))!;
  }

  /** Resolves when the thread has committed something to its file. */
  async probe(): Promise<void> {
    await this.#request({ kind: 'probe' });
  }

  /** Lets what was requested finish, then ends the thread. */
  async close(): Promise<void> {
    if (!this.#closing && this.#fault === undefined) {
      this.#closing = true;
      this.#worker.postMessage({ kind: 'close' } satisfies ToWriter<Batch>);
    }
    await this.#gone;
  }

  /** Ends the thread at once, as a crash would: for tests of what a crash leaves behind. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
    await this.#gone;
  }

  #request(message: ToWriter<Batch>): Promise<Written<Reply> | undefined> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(message);
    });
  }

  #answer(message: FromWriter<Reply>): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    if (message.kind === 'failed') waiting.reject(new SqliteEngineError(message.code, message.message));
    else waiting.resolve(message.kind === 'written' ? message : undefined);
  }

  #die(error: unknown): void {
    this.#fault ??= new SqliteEngineError(
      'writer-stopped',
      this.#closing
        ? 'the writer was closed: open it again'
        : 'the writer thread stopped, so nothing more can be written: restart the service. What was being written may or may not be stored; the same request again is recognised',
      error,
    );
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#fault);
  }
}
