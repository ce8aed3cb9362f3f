import type { EventBatch, EventStore, SubscribeOptions } from '#event-sourcing';
import type { Position } from '#kernel';
import type { EventLogReader } from './event-log-reader.ts';

const DEFAULT_BATCH_SIZE = 500;

/** Follows a log's file from another thread than the one that appends: it reads on whenever it is told that there is more. */
export class EventLogFollower implements Pick<EventStore, 'subscribe' | 'head' | 'readAll'> {
  readonly #reader: EventLogReader;
  readonly #beforeLook: () => void;
  #told = Promise.withResolvers<undefined>();

  /** `beforeLook`: whatever is committed after this call has to be told anew. */
  constructor(reader: EventLogReader, beforeLook: () => void = () => undefined) {
    this.#reader = reader;
    this.#beforeLook = beforeLook;
  }

  /** Something was committed. */
  wake(): void {
    this.#told.resolve(undefined);
    this.#told = Promise.withResolvers();
  }

  readAll(...options: Parameters<EventLogReader['readAll']>): ReturnType<EventLogReader['readAll']> {
    return this.#reader.readAll(...options);
  }

  head(): Promise<Position> {
    return Promise.resolve(this.#reader.head());
  }

  /** The first batch comes at once, empty when there is nothing; then one comes whenever there is something. */
  async *subscribe({ after, batchSize = DEFAULT_BATCH_SIZE, signal }: SubscribeOptions): AsyncGenerator<EventBatch, void, undefined> {
    const onAbort = (): void => this.wake();
    signal.addEventListener('abort', onAbort);
    try {
      for (let upTo = after, first = true; !signal.aborted;) {
        // Before the look into the file, so that what is told meanwhile is not missed.
        const told = this.#told.promise;
        this.#beforeLook();
        const events = await this.#reader.readAll({ from: upTo, limit: batchSize });
        if (events.length === 0 && !first) {
          await told;
          continue;
        }
        first = false;
        upTo = events.at(-1)?.position ?? upTo;
        yield { events, upTo, caughtUp: events.length < batchSize };
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
