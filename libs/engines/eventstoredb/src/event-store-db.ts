import { randomUUID } from 'node:crypto';
import { EventIdReused, KeyedQueue, WrongExpectedRevision } from '#event-sourcing';
import type {
  AppendResult,
  EventBatch,
  EventStore,
  ExpectedRevision,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
} from '#event-sourcing';
import { BEFORE_ALL } from '#kernel';
import type { EventToAppend, Position, RecordedEvent } from '#kernel';
import { Arrivals } from './arrivals.ts';
import { BatchAppender } from './batch-appender.ts';
import { catchUp } from './catch-up.ts';
import { Connection } from './connection.ts';
import { EventStoreDbError } from './event-store-db-error.ts';
import { KnownStreams } from './known-stream.ts';
import type { KnownStream } from './known-stream.ts';
import { LogReader } from './log-reader.ts';
import type { ServerAddress } from './server-address.ts';
import { isOfTheServer, storedEvent } from './stored-event.ts';
import type { ReadEvent, StoredEvent } from './stored-event.ts';
import { Tails } from './tails.ts';

const PAGE = 1000;

export interface EventStoreDbOptions {
  /** How long the server may keep anybody waiting: for an append, for the next event of a read, for a subscription to begin. Default 10 s. */
  readonly deadlineMs?: number;
}

/** One append on its way. The ids under which its events are written stay the same when it is sent again. */
interface Write {
  readonly streamId: string;
  readonly after: number;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToAppend[];
  readonly stored: readonly StoredEvent[];
}

/**
 * The event log in EventStoreDB.
 *
 * Every append names the exact revision that it stands on, so the server's answer is exact too: success means that this
 * very append was written, anything else is settled by a look at what stands after that revision.
 */
export class EventStoreDb implements EventStore {
  readonly #host: string;
  readonly #connection: Connection;
  readonly #appender: BatchAppender;
  readonly #reader: LogReader;
  readonly #tails: Tails;
  readonly #lookingBeforeWriting = new KeyedQueue();
  readonly #knownStreams = new KnownStreams();
  readonly #closing = new AbortController();
  readonly #inHand = new Set<Promise<unknown>>();
  #known: Position = BEFORE_ALL;
  #closed: Promise<void> | undefined;

  /** Connects with the first call, and anew whenever that is needed. */
  constructor(address: ServerAddress, { deadlineMs = 10_000 }: EventStoreDbOptions = {}) {
    this.#host = address.host;
    const connection = new Connection(address);
    this.#connection = connection;
    this.#appender = new BatchAppender({ open: (listen) => connection.openBatchStream(listen), host: address.host, deadlineMs });
    const server = { connection, host: address.host, deadlineMs };
    this.#reader = new LogReader(server);
    this.#tails = new Tails((after, onNews) => new Arrivals(server, after, onNews));
  }

  async append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    this.#refuseWhenClosed();
    const append = this.#append(streamId, expected, events);
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
      known: () => this.#known,
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

  async #append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    if (events.length === 0) {
      const [revision, position] = await Promise.all([this.#reader.revision(streamId), this.#reader.head()]);
      return { revision, position, repeated: false, events: [] };
    }
    refuseReservedNames(streamId, events);
    refuseDoubledIds(events);
    if (expected === 'no-stream') return this.#appendAfter(streamId, -1, expected, events);
    if (typeof expected === 'object') return this.#appendAfter(streamId, expected.exactly, expected, events);
    return this.#lookingBeforeWriting.run(streamId, () => this.#appendAnywhere(streamId, expected, events));
  }

  /**
   * Without a revision the server would recognise a repeated append from its memory only, and not after a restart. So
   * the stream is looked through first, and the append then stands on the revision that was found.
   */
  async #appendAnywhere(streamId: string, expected: 'any' | 'stream-exists', events: readonly EventToAppend[]): Promise<AppendResult> {
    for (;;) {
      const known = await this.#lookThrough(streamId);
      const repeated = events.find(({ eventId }) => known.revisions.has(eventId));
      if (repeated) return this.#original(streamId, known.revisions.get(repeated.eventId)!, events);
      if (expected === 'stream-exists' && known.last < 0) throw new WrongExpectedRevision(streamId, expected, -1);
      try {
        return await this.#appendAfter(streamId, known.last, { exactly: known.last }, events);
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
  }

  async #lookThrough(streamId: string): Promise<KnownStream> {
    const known = this.#knownStreams.get(streamId);
    for (let page: readonly ReadEvent[]; ;) {
      page = await this.#reader.readStream(streamId, { from: known.last + 1, limit: PAGE });
      for (const { event } of page) known.revisions.set(event.eventId, event.revision);
      known.last = page.at(-1)?.event.revision ?? known.last;
      if (page.length < PAGE) break;
    }
    this.#knownStreams.keep(streamId, known);
    return known;
  }

  /** The answer of the first time, from the revision of one of the events on; a defect where only some of them are there. */
  async #original(streamId: string, revision: number, events: readonly EventToAppend[]): Promise<AppendResult> {
    const from = Math.max(0, revision - events.length + 1);
    const { result } = await this.#lookFor(events, streamId, from);
    return result ?? refuseReused(events[0]!.eventId);
  }

  async #appendAfter(streamId: string, after: number, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    const write: Write = { streamId, after, expected, events, stored: events.map((event) => storedEvent(event, randomUUID())) };
    const result = (await this.#attempt(write)) ?? (await this.#attempt(write));
    return result ?? refuseUnanswered(write);
  }

  /** `undefined` when the server was not the leader and nothing is written: the connection now leads to the one that is. */
  async #attempt(write: Write): Promise<AppendResult | undefined> {
    const answer = await this.#appender.append(write.streamId, write.after, write.stored);
    switch (answer.kind) {
      case 'written':
        return this.#written(write, answer.position);
      case 'wrong-revision':
        return this.#standsThere(write, answer.actual);
      case 'refused':
        throw answer.error;
      case 'unknown':
        return this.#afterUnknown(write, answer.error);
    }
  }

  /** The server tells the last event's position only; the others' are read, never reckoned. */
  async #written({ streamId, after, events, stored }: Write, position: Position): Promise<AppendResult> {
    const earlier = events.length === 1 ? [] : await this.#reader.readStream(streamId, { from: after + 1, limit: events.length - 1 });
    if (earlier.length !== events.length - 1 || !areOf(earlier, stored)) {
      throw new EventStoreDbError(
        'event-store-failed',
        `stream ${streamId} does not hold what was just written to it: look at the server's log`,
      );
    }
    const { eventId, type, data, metadata } = events.at(-1)!;
    const last = { eventId, type, data, metadata, streamId, revision: after + events.length, position };
    return this.#answer([...earlier.map(({ event }) => event), last], false);
  }

  /**
   * Written or not? If something stands after the revision, then it is this append, or this append can no longer come:
   * either is an answer. If nothing does, the append may still be on its way.
   */
  async #afterUnknown(write: Write, error: EventStoreDbError): Promise<AppendResult | undefined> {
    const { streamId, after, events, stored } = write;
    const found = await this.#reader.readStream(streamId, { from: after + 1, limit: events.length }).catch(() => undefined);
    if (found === undefined) throw error;
    if (found.length === events.length && areOf(found, stored))
      return this.#answer(
        found.map(({ event }) => event),
        false,
      );
    if (found.length > 0) return this.#standsThere(write, found.at(-1)!.event.revision);
    if (error.code === 'event-store-not-leader') return undefined;
    return refuseUnanswered(write, error);
  }

  /** The answer of the first time, where these events stand after the revision; else others do. */
  async #standsThere({ streamId, after, expected, events }: Write, actual: number): Promise<AppendResult> {
    const { result, last } = await this.#lookFor(events, streamId, after + 1);
    if (result) return result;
    throw new WrongExpectedRevision(streamId, expected, last ?? actual);
  }

  /** Whether the events stand in the stream from this revision on, and what its last revision is. */
  async #lookFor(
    events: readonly EventToAppend[],
    streamId: string,
    from: number,
  ): Promise<{ readonly result?: AppendResult; readonly last?: number }> {
    const wanted = new Set(events.map(({ eventId }) => eventId));
    const found = new Map<string, RecordedEvent>();
    let last: number | undefined;
    for (let page: readonly ReadEvent[]; ; from = last! + 1) {
      page = await this.#reader.readStream(streamId, { from, limit: PAGE });
      for (const { event } of page) if (wanted.has(event.eventId)) found.set(event.eventId, event);
      last = page.at(-1)?.event.revision ?? last;
      if (page.length < PAGE || found.size === wanted.size) break;
    }
    if (found.size === 0) return last === undefined ? {} : { last };
    const original = events.map(({ eventId }) => found.get(eventId));
    const first = original[0]?.revision ?? -1;
    if (!original.every((event, n) => event?.revision === first + n)) refuseReused([...found.keys()][0]!);
    return { result: this.#answer(original as RecordedEvent[], true) };
  }

  #answer(events: readonly RecordedEvent[], repeated: boolean): AppendResult {
    const last = events.at(-1)!;
    if (last.position > this.#known) this.#known = last.position;
    return { revision: last.revision, position: last.position, repeated, events };
  }
}

function areOf(found: readonly ReadEvent[], stored: readonly StoredEvent[]): boolean {
  return found.every(({ writeId }, n) => writeId === stored[n]!.writeId);
}

function refuseUnanswered({ streamId }: Write, cause?: EventStoreDbError): never {
  throw new EventStoreDbError(
    'append-outcome-unknown',
    `an append to stream ${streamId} was not answered and is not there to be seen (${cause?.message ?? 'no leader'}): it may still come; repeat it with the same event ids`,
    cause,
  );
}

function refuseReused(eventId: string): never {
  throw new EventIdReused(eventId);
}

function refuseDoubledIds(events: readonly EventToAppend[]): void {
  const ids = new Set<string>();
  for (const { eventId } of events) {
    if (ids.has(eventId)) throw new EventIdReused(eventId);
    ids.add(eventId);
  }
}

function refuseReservedNames(streamId: string, events: readonly EventToAppend[]): void {
  const reserved = [streamId, ...events.map(({ type }) => type)].find(isOfTheServer);
  if (reserved === undefined) return;
  throw new EventStoreDbError(
    'name-reserved',
    `${reserved} begins with $, as only EventStoreDB's own streams and types do: take another name`,
  );
}
