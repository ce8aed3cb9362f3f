import type { EventBatch, SubscribeOptions } from '#event-sourcing';
import type { Position, RecordedEvent } from '#kernel';
import type { EventLogReader } from './event-log-reader.ts';
import type { RecentEvents } from './recent-events.ts';

const DEFAULT_BATCH_SIZE = 500;

/** Catch-up subscriptions: woken by commits, served from memory at the log's end and from the file behind it. */
export class Subscriptions {
  readonly #reader: EventLogReader;
  readonly #recent: RecentEvents;
  readonly #head: () => Position;
  readonly #listeners = new Set<() => void>();
  #sleepers: (() => void)[] = [];
  #open = 0;
  #ended = false;

  constructor(reader: EventLogReader, recent: RecentEvents, head: () => Position) {
    this.#reader = reader;
    this.#recent = recent;
    this.#head = head;
  }

  /** Somebody reads on and on, and is to be served with what is appended. */
  get areOpen(): boolean {
    return this.#open > 0;
  }

  /** Something was committed. */
  wake(): void {
    const sleepers = this.#sleepers;
    this.#sleepers = [];
    for (const wake of sleepers) wake();
    for (const listener of this.#listeners) listener();
  }

  onCommitted(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Finishes all subscriptions. */
  end(): void {
    this.#ended = true;
    this.wake();
  }

  /** The first batch comes at once, empty when there is nothing; then one comes whenever there is something. */
  async *subscribe({ after, batchSize = DEFAULT_BATCH_SIZE, signal }: SubscribeOptions): AsyncGenerator<EventBatch, void, undefined> {
    let upTo = after;
    let first = true;
    const onAbort = (): void => this.wake();
    signal.addEventListener('abort', onAbort);
    this.#open += 1;
    try {
      while (!signal.aborted && !this.#ended) {
        const events = this.#following(upTo, batchSize);
        if (events.length === 0 && !first) {
          await this.#nextCommit();
          continue;
        }
        first = false;
        upTo = events.at(-1)?.position ?? upTo;
        yield { events, upTo, caughtUp: upTo >= this.#head() };
      }
    } finally {
      this.#open -= 1;
      signal.removeEventListener('abort', onAbort);
    }
  }

  #following(after: Position, limit: number): readonly RecordedEvent[] {
    return this.#recent.following(after, limit) ?? this.#reader.following(after, limit);
  }

  #nextCommit(): Promise<void> {
    return new Promise((resolve) => this.#sleepers.push(resolve));
  }
}
