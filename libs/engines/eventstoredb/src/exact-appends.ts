import { randomUUID } from 'node:crypto';
import { EventIdReused, KeyedQueue, WrongExpectedRevision } from '#event-sourcing';
import type { AppendResult, ExpectedRevision } from '#event-sourcing';
import { BEFORE_ALL } from '#kernel';
import type { EventToAppend, Position, RecordedEvent } from '#kernel';
import type { BatchAppender } from './batch-appender.ts';
import { EventStoreDbError } from './event-store-db-error.ts';
import { KnownStreams } from './known-stream.ts';
import type { KnownStream } from './known-stream.ts';
import type { LogReader } from './log-reader.ts';
import { isOfTheServer, storedEvent } from './stored-event.ts';
import type { ReadEvent, StoredEvent } from './stored-event.ts';

const PAGE = 1000;

/** One append on its way. The ids under which its events are written stay the same when it is sent again. */
interface Write {
  readonly streamId: string;
  readonly after: number;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToAppend[];
  readonly stored: readonly StoredEvent[];
}

/**
 * Every append names the exact revision that it stands on, so the server's answer is exact too: success means that this
 * very append was written, anything else is settled by a look at what stands after that revision.
 */
export class ExactAppends {
  readonly #appender: BatchAppender;
  readonly #reader: LogReader;
  readonly #lookingBeforeWriting = new KeyedQueue();
  readonly #knownStreams = new KnownStreams();
  #known: Position = BEFORE_ALL;

  constructor(appender: BatchAppender, reader: LogReader) {
    this.#appender = appender;
    this.#reader = reader;
  }

  /** The highest position that an answer has told. */
  get known(): Position {
    return this.#known;
  }

  async append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
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
