import type {
  AppendResult,
  EventBatch,
  EventStore,
  ExpectedRevision,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
} from '#event-sourcing';
import type { EventToAppend, Position, RecordedEvent } from '#kernel';
import { Arrivals } from './arrivals.ts';
import { BatchAppender } from './batch-appender.ts';
import { catchUp } from './catch-up.ts';
import { Connection } from './connection.ts';
import { EventStoreDbError } from './event-store-db-error.ts';
import { ExactAppends } from './exact-appends.ts';
import { LogReader } from './log-reader.ts';
import type { ServerAddress } from './server-address.ts';
import { Tails } from './tails.ts';

export interface EventStoreDbOptions {
  /** How long the server may keep anybody waiting: for an append, for the next event of a read, for a subscription to begin. Default 10 s. */
  readonly deadlineMs?: number;
}

/** The event log in EventStoreDB. */
export class EventStoreDb implements EventStore {
  readonly #host: string;
  readonly #connection: Connection;
  readonly #appender: BatchAppender;
  readonly #reader: LogReader;
  readonly #appends: ExactAppends;
  readonly #tails: Tails;
  readonly #closing = new AbortController();
  readonly #inHand = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** Connects with the first call, and anew whenever that is needed. */
  constructor(address: ServerAddress, { deadlineMs = 10_000 }: EventStoreDbOptions = {}) {
    this.#host = address.host;
    const connection = new Connection(address);
    this.#connection = connection;
    this.#appender = new BatchAppender({ open: (listen) => connection.openBatchStream(listen), host: address.host, deadlineMs });
    const server = { connection, host: address.host, deadlineMs };
    this.#reader = new LogReader(server);
    this.#appends = new ExactAppends(this.#appender, this.#reader);
    this.#tails = new Tails((after, onNews) => new Arrivals(server, after, onNews));
  }

  async append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    this.#refuseWhenClosed();
    const append = this.#appends.append(streamId, expected, events);
    this.#inHand.add(append);
    try {
      return await append;
    } finally {
      this.#inHand.delete(append);
    }
  }

  async readStream(streamId: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenClosed();
    return this.#unlessClosed((await this.#reader.readStream(streamId, options)).map(({ event }) => event));
  }

  async readAll(options?: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenClosed();
    return this.#unlessClosed(await this.#reader.readAll(options));
  }

  async *subscribe(options: SubscribeOptions): AsyncGenerator<EventBatch, void, undefined> {
    this.#refuseWhenClosed();
    yield* catchUp({
      ...options,
      signal: AbortSignal.any([options.signal, this.#closing.signal]),
      tails: this.#tails,
      host: this.#host,
      head: () => this.#reader.head(),
      known: () => this.#appends.known,
    });
  }

  async head(): Promise<Position> {
    this.#refuseWhenClosed();
    return this.#unlessClosed(await this.#reader.head());
  }

  /** Asks the leader, and only a leader that still has its cluster behind it answers: who can read there can write. */
  async check(): Promise<void> {
    this.#refuseWhenClosed();
    await this.#reader.head();
  }

  /** Finishes the appends in hand, ends subscriptions, closes the connection. */
  async close(): Promise<void> {
    this.#closed ??= this.#finish();
    await this.#closed;
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#inHand);
    this.#closing.abort();
    await this.#appender.close();
    await this.#connection.close();
  }

  /** A read that the close has cut off ends like any other. */
  #unlessClosed<Value>(read: Value): Value {
    this.#refuseWhenClosed();
    return read;
  }

  #refuseWhenClosed(): void {
    if (this.#closed !== undefined) {
      throw new EventStoreDbError('log-closed', 'the event log is closed: nothing more can be read or written');
    }
  }
}
