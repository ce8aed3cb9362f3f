import { BACKWARDS, END, FORWARDS, START, StreamNotFoundError } from '@eventstore/db-client';
import type { ReadPosition, ResolvedEvent, StreamingRead } from '@eventstore/db-client';
import type { ReadAllOptions, ReadStreamOptions } from '#event-sourcing';
import { BEFORE_ALL } from '#kernel';
import type { Position, RecordedEvent } from '#kernel';
import { failureOf, timedOut } from './client-failures.ts';
import { collected } from './collected.ts';
import type { Connection } from './connection.ts';
import { EventStoreDbError } from './event-store-db-error.ts';
import { readEventOf } from './stored-event.ts';
import type { ReadEvent } from './stored-event.ts';

const DEFAULT_LIMIT = 1000;
/** Events asked for beyond those that are missing, where the server's own stand among ours: each round asks for more. */
const FIRST_SURPLUS = 1;
const LARGEST_SURPLUS = 1024;

export interface LogReaderOptions {
  readonly connection: Connection;
  readonly host: string;
  /** A read fails when nothing has come for so long. */
  readonly deadlineMs: number;
}

/** Reads from the leader, so that whoever has been told of an append also finds it. */
export class LogReader {
  readonly #connection: Connection;
  readonly #host: string;
  readonly #deadlineMs: number;

  constructor({ connection, host, deadlineMs }: LogReaderOptions) {
    this.#connection = connection;
    this.#host = host;
    this.#deadlineMs = deadlineMs;
  }

  /** A part of a stream, and under which ids it was written. Empty when there is no such stream. */
  async readStream(
    streamId: string,
    { from, direction = 'forwards', limit = DEFAULT_LIMIT }: ReadStreamOptions = {},
  ): Promise<readonly ReadEvent[]> {
    if (limit <= 0) return [];
    const fromRevision = from === undefined ? (direction === 'forwards' ? START : END) : BigInt(from);
    const found = await this.#collect(
      () =>
        this.#connection.readStream(streamId, {
          fromRevision,
          direction: direction === 'forwards' ? FORWARDS : BACKWARDS,
          maxCount: limit,
          requiresLeader: true,
        }),
      `reading stream ${streamId}`,
    );
    return found.map((each) => readEventOf(each) ?? this.#refuseForeign(streamId));
  }

  /** -1 when there is no such stream. */
  async revision(streamId: string): Promise<number> {
    const [last] = await this.readStream(streamId, { direction: 'backwards', limit: 1 });
    return last?.event.revision ?? -1;
  }

  async readAll({ from, direction = 'forwards', limit = DEFAULT_LIMIT }: ReadAllOptions = {}): Promise<readonly RecordedEvent[]> {
    if (direction === 'backwards' && from === BEFORE_ALL) return [];
    const events: RecordedEvent[] = [];
    let after = from;
    for (let surplus = FIRST_SURPLUS; events.length < limit; surplus = Math.min(surplus * 16, LARGEST_SURPLUS)) {
      const asked = limit - events.length + surplus;
      const page = await this.#page(direction, after, asked);
      for (const each of page) {
        const ours = events.length < limit && commitOf(each) !== after ? readEventOf(each) : undefined;
        if (ours) events.push(ours.event);
      }
      if (page.length < asked) break;
      after = commitOf(page.at(-1)!);
    }
    return events;
  }

  /** The position of the last event that this service wrote. */
  async head(): Promise<Position> {
    const [last] = await this.readAll({ direction: 'backwards', limit: 1 });
    return last?.position ?? BEFORE_ALL;
  }

  /** Forwards a read begins with the event at the position, backwards with the one before it. */
  #page(direction: 'forwards' | 'backwards', from: Position | undefined, maxCount: number): Promise<ResolvedEvent[]> {
    const forwards = direction === 'forwards';
    const fromPosition: ReadPosition =
      from === undefined || from === BEFORE_ALL ? (forwards ? START : END) : { commit: from, prepare: from };
    return this.#collect(
      () => this.#connection.readAll({ fromPosition, direction: forwards ? FORWARDS : BACKWARDS, maxCount, requiresLeader: true }),
      'reading the log',
    );
  }

  async #collect<Event extends ResolvedEvent>(read: () => StreamingRead<Event>, what: string): Promise<Event[]> {
    try {
      return await collected(read(), this.#deadlineMs, () => timedOut(this.#host, what));
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw failureOf(error, this.#host);
    }
  }

  #refuseForeign(streamId: string): never {
    throw new EventStoreDbError(
      'foreign-event',
      `stream ${streamId} at ${this.#host} holds an event that this service has not written: give this service a database of its own`,
    );
  }
}

function commitOf({ event }: ResolvedEvent): Position | undefined {
  return event?.position?.commit as Position | undefined;
}
