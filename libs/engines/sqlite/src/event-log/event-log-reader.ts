import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BEFORE_ALL } from '#kernel';
import type { Position, RecordedEvent } from '#kernel';
import type { ReadAllOptions, ReadStreamOptions } from '#event-sourcing';
import { openForReading } from '../open-database.ts';
import { decodeBody } from './event-body.ts';
import { readEventId } from './event-id-bytes.ts';
import { GatheredReads } from './gathered-reads.ts';
import { EVENT_LOG_SCHEMA } from './schema.ts';

const DEFAULT_LIMIT = 1000;
const ROWS_A_READ = 500;
const LAST_POSITION = 2n ** 63n - 1n;
const COLUMNS = 'e.position, e.revision, e.event_id, e.type, e.body, s.name';

type Row = [position: bigint, revision: bigint, eventId: Uint8Array, type: bigint, body: string, stream: string];

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
    const ofStream = `SELECT ${COLUMNS} FROM streams s JOIN events e ON e.stream = s.id WHERE s.name = ?`;
    this.#streamForwards = select(`${ofStream} AND e.revision >= ? ORDER BY e.revision LIMIT ?`);
    this.#streamBackwards = select(`${ofStream} AND e.revision <= ? ORDER BY e.revision DESC LIMIT ?`);
    const ofAll = `SELECT ${COLUMNS} FROM events e CROSS JOIN streams s ON s.id = e.stream`;
    this.#allForwards = select(`${ofAll} WHERE e.position > ? ORDER BY e.position LIMIT ?`);
    this.#allBackwards = select(`${ofAll} WHERE e.position < ? ORDER BY e.position DESC LIMIT ?`);
    this.#revision = select('SELECT max(e.revision) FROM streams s JOIN events e ON e.stream = s.id WHERE s.name = ?');
    this.#head = select('SELECT max(position) FROM events');
    this.#types = select('SELECT id, name FROM event_types');
  }

  readStream(streamId: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    const limit = options.limit ?? DEFAULT_LIMIT;
    if (options.direction === 'backwards') {
      const from = options.from ?? Number.MAX_SAFE_INTEGER;
      return this.#inParts(limit, (last, rows) => this.#streamBackwards.all(streamId, last ? last.revision - 1 : from, rows));
    }
    const from = options.from ?? 0;
    return this.#inParts(limit, (last, rows) => this.#streamForwards.all(streamId, last ? last.revision + 1 : from, rows));
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
    return Number(onlyValue(this.#revision) ?? -1);

    function onlyValue(statement: StatementSync): unknown {
      return (statement.get(streamId) as unknown as unknown[] | undefined)?.[0];
    }
  }

  head(): Position {
    return ((this.#head.get() as unknown as [bigint | null])[0] ?? BEFORE_ALL) as Position;
  }

  close(): void {
    this.#gathered.finish();
    this.#db.close();
  }

  async #inParts(limit: number, read: (last: RecordedEvent | undefined, rows: number) => unknown[]): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    while (events.length < limit) {
      const rows = Math.min(limit - events.length, ROWS_A_READ);
      const part = await this.#gathered.read(() => this.#events(read(events.at(-1), rows)));
      if (events.length === 0 && part.length < rows) return part;
      for (const event of part) events.push(event);
      if (part.length < rows) break;
    }
    return events;
  }

  #events(rows: unknown[]): RecordedEvent[] {
    return (rows as Row[]).map((row) => {
      const { data, metadata } = decodeBody(row[4], row[5]);
      return {
        eventId: readEventId(row[2]),
        type: this.#typeNames.get(row[3]) ?? this.#typeName(row[3]),
        data,
        metadata,
        streamId: row[5],
        revision: Number(row[1]),
        position: row[0] as Position,
      };
    });
  }

  #typeName(id: bigint): string {
    for (const [key, name] of this.#types.all() as unknown as [bigint, string][]) this.#typeNames.set(key, name);
    return this.#typeNames.get(id)!;
  }
}
