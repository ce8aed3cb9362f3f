import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BEFORE_ALL } from '#kernel';
import type { Position, RecordedEvent } from '#kernel';
import type { ReadAllOptions, ReadStreamOptions } from '#event-sourcing';
import { openForReading } from '../open-database.ts';
import { decodeBody } from './event-body.ts';
import { readEventId } from './event-id-bytes.ts';
import { GatheredReads } from './gathered-reads.ts';
import { EVENT_LOG_SCHEMA } from './schema.ts';
import { StreamIds } from './stream-ids.ts';

const DEFAULT_LIMIT = 1000;
const ROWS_A_READ = 500;
const LAST_POSITION = 2n ** 63n - 1n;
const COLUMNS = 'position, revision, event_id, type, body';

type Row = [position: bigint, revision: bigint, eventId: Uint8Array, type: bigint, body: string, streamName?: string];

/**
 * Reads an event log's file, beside its writer and in any thread. Long reads give the event loop a turn after each
 * 500 events.
 */
export class EventLogReader {
  readonly #db: DatabaseSync;
  readonly #gathered: GatheredReads;
  readonly #streamForwards: StatementSync;
  readonly #streamBackwards: StatementSync;
  readonly #allForwards: StatementSync;
  readonly #allBackwards: StatementSync;
  readonly #revision: StatementSync;
  readonly #head: StatementSync;
  readonly #types: StatementSync;
  readonly #streamIds: StreamIds;
  readonly #typeNames = new Map<bigint, string>();

  /** @throws SqliteEngineError `database-cannot-be-opened`, `not-a-database`, `schema-newer-than-program` */
  constructor(path: string) {
    this.#db = openForReading(path, EVENT_LOG_SCHEMA);
    this.#gathered = new GatheredReads(this.#db, ROWS_A_READ);
    const select = (rest: string): StatementSync => {
      const statement = this.#db.prepare(rest);
      statement.setReadBigInts(true);
      statement.setReturnArrays(true);
      return statement;
    };
    const ofStream = `SELECT ${COLUMNS} FROM events WHERE stream = ?`;
    this.#streamForwards = select(`${ofStream} AND revision >= ? ORDER BY revision LIMIT ?`);
    this.#streamBackwards = select(`${ofStream} AND revision <= ? ORDER BY revision DESC LIMIT ?`);
    const ofAll = `SELECT ${COLUMNS}, name FROM events CROSS JOIN streams ON id = stream`;
    this.#allForwards = select(`${ofAll} WHERE position > ? ORDER BY position LIMIT ?`);
    this.#allBackwards = select(`${ofAll} WHERE position < ? ORDER BY position DESC LIMIT ?`);
    this.#revision = select('SELECT max(revision) FROM events WHERE stream = ?');
    this.#head = select('SELECT max(position) FROM events');
    this.#types = select('SELECT id, name FROM event_types');
    this.#streamIds = new StreamIds(this.#db);
  }

  readStream(streamId: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    const limit = options.limit ?? DEFAULT_LIMIT;
    const [statement, from, step] =
      options.direction === 'backwards'
        ? ([this.#streamBackwards, options.from ?? Number.MAX_SAFE_INTEGER, -1] as const)
        : ([this.#streamForwards, options.from ?? 0, 1] as const);
    const read = (last: RecordedEvent | undefined, rows: number): unknown[] => {
      const stream = this.#streamIds.find(streamId);
      return stream === undefined ? [] : statement.all(stream, last ? last.revision + step : from, rows);
    };
    return this.#inParts(limit, read, streamId);
  }

  readAll(options: ReadAllOptions = {}): Promise<readonly RecordedEvent[]> {
    const limit = options.limit ?? DEFAULT_LIMIT;
    if (options.direction === 'backwards') {
      const before = options.from ?? LAST_POSITION;
      return this.#inParts(limit, (last, rows) => this.#allBackwards.all(last?.position ?? before, rows));
    }
    const after = options.from ?? BEFORE_ALL;
    return this.#inParts(limit, (last, rows) => this.#allForwards.all(last?.position ?? after, rows));
  }

  /** At most 500 events after a position, in one go. */
  following(after: Position, limit: number): readonly RecordedEvent[] {
    return this.#events(this.#allForwards.all(after, Math.min(limit, ROWS_A_READ)));
  }

  /** The last revision of a stream, -1 when there is none. */
  revision(streamId: string): number {
    const stream = this.#streamIds.find(streamId);
    if (stream === undefined) return -1;
    return Number((this.#revision.get(stream) as unknown as [bigint | null])[0] ?? -1);
  }

  head(): Position {
    return ((this.#head.get() as unknown as [bigint | null])[0] ?? BEFORE_ALL) as Position;
  }

  close(): void {
    this.#gathered.finish();
    this.#db.close();
  }

  async #inParts(
    limit: number,
    read: (last: RecordedEvent | undefined, rows: number) => unknown[],
    streamId?: string,
  ): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    while (events.length < limit) {
      const rows = Math.min(limit - events.length, ROWS_A_READ);
      const part = await this.#gathered.read(() => this.#events(read(events.at(-1), rows), streamId));
      if (events.length === 0 && part.length < rows) return part;
      for (const event of part) events.push(event);
      if (part.length < rows) break;
    }
    return events;
  }

  /** `ofStream`: what all of them are of, where the rows do not say it. */
  #events(rows: unknown[], ofStream?: string): RecordedEvent[] {
    return (rows as Row[]).map(([position, revision, eventId, type, body, streamName]) => {
      const streamId = ofStream ?? streamName!;
      const { data, metadata } = decodeBody(body, streamId);
      return {
        eventId: readEventId(eventId),
        type: this.#typeNames.get(type) ?? this.#typeName(type),
        data,
        metadata,
        streamId,
        revision: Number(revision),
        position: position as Position,
      };
    });
  }

  #typeName(id: bigint): string {
    for (const [key, name] of this.#types.all() as unknown as [bigint, string][]) this.#typeNames.set(key, name);
    return this.#typeNames.get(id)!;
  }
}
