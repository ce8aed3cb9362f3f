import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { appendAnswer, appendRequest, correlationIdOf } from './batch-append-messages.ts';
import type { AppendAnswer } from './batch-append-messages.ts';
import { failureOf, timedOut } from './client-failures.ts';
import { EventStoreDbError } from './event-store-db-error.ts';
import type { StoredEvent } from './stored-event.ts';

/** What is used of gRPC's stream, so that a spec can play it. */
export interface BatchStreamLike {
  write(request: BatchAppendReq): boolean;
  end(): void;
  on(event: 'data', listener: (response: BatchAppendResp) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'end' | 'close', listener: () => void): this;
}

export interface BatchAppenderOptions {
  /** Opens a stream, and hands it to `listen` before anything can happen on it. */
  readonly open: (listen: (stream: BatchStreamLike) => void) => Promise<BatchStreamLike>;
  readonly host: string;
  /** How long one append may take before its outcome counts as unknown. */
  readonly deadlineMs: number;
}

interface PendingAppend {
  readonly stream: BatchStreamLike;
  readonly settle: (answer: AppendAnswer) => void;
}

/** What ends a stream before the server has looked at any append on it. */
const REFUSED_FROM_THE_START: ReadonlySet<string> = new Set([
  'event-store-login-refused',
  'event-store-access-denied',
  'event-store-too-old',
]);

/**
 * Appends over one stream of gRPC for as long as it lives, then over the next. The client's own way of doing so shares
 * one table of what is pending among all clients of a process, rejects appends whose answer will still come, fails on
 * such an answer outside of any promise, and knows no deadline. Here each append has a deadline, each stream its own
 * pending appends, and a late answer is nobody's.
 */
export class BatchAppender {
  readonly #options: BatchAppenderOptions;
  readonly #pending = new Map<string, PendingAppend>();
  #stream: Promise<BatchStreamLike> | undefined;
  /** What `#stream` leads or led to. */
  #current: BatchStreamLike | undefined;

  constructor(options: BatchAppenderOptions) {
    this.#options = options;
  }

  /** Never rejects: a failure is an answer too. */
  async append(streamId: string, afterRevision: number, events: readonly StoredEvent[]): Promise<AppendAnswer> {
    const { host, deadlineMs } = this.#options;
    const { correlationId, parts } = appendRequest(streamId, afterRevision, events);
    return new Promise((resolve) => {
      let settled = false;
      const settle = (answer: AppendAnswer): void => {
        settled = true;
        clearTimeout(deadline);
        this.#pending.delete(correlationId);
        resolve(answer);
      };
      const deadline = setTimeout(() => settle({ kind: 'unknown', error: timedOut(host, 'an append') }), deadlineMs);
      this.#currentStream().then(
        (stream) => {
          if (settled) return;
          this.#pending.set(correlationId, { stream, settle });
          for (const part of parts) stream.write(part);
        },
        (error: unknown) => settle({ kind: 'refused', error: failureOf(error, host) }),
      );
    });
  }

  /** No further appends: lets the server end the stream. */
  async close(): Promise<void> {
    const stream = await this.#stream?.catch(() => undefined);
    stream?.end();
  }

  #currentStream(): Promise<BatchStreamLike> {
    this.#stream ??= this.#open();
    return this.#stream;
  }

  async #open(): Promise<BatchStreamLike> {
    try {
      return await this.#options.open((stream) => this.#listen(stream));
    } catch (error) {
      this.#stream = undefined;
      throw error;
    }
  }

  #listen(stream: BatchStreamLike): void {
    const ended = (): void => this.#broken(stream, new EventStoreDbError('event-store-unreachable', this.#endedText()));
    stream.on('data', (response) => this.#answered(response));
    stream.on('error', (error) => this.#broken(stream, error));
    stream.on('end', ended).on('close', ended);
    this.#current = stream;
  }

  #endedText(): string {
    return `EventStoreDB at ${this.#options.host} ended the connection: it is opened again with the next append`;
  }

  #answered(response: BatchAppendResp): void {
    const pending = this.#pending.get(correlationIdOf(response));
    if (pending === undefined) return;
    let answer: AppendAnswer;
    try {
      answer = appendAnswer(response, this.#options.host);
    } catch (error) {
      answer = { kind: 'unknown', error: failureOf(error, this.#options.host) };
    }
    pending.settle(answer);
  }

  /** Whatever was on its way over this stream may have been written, unless the stream was refused as such. Appends from here on take another one. */
  #broken(stream: BatchStreamLike, error: Error): void {
    if (this.#current === stream) this.#stream = undefined;
    const failure = failureOf(error, this.#options.host);
    const kind = REFUSED_FROM_THE_START.has(failure.code) ? 'refused' : 'unknown';
    for (const pending of [...this.#pending.values()]) if (pending.stream === stream) pending.settle({ kind, error: failure });
  }
}
