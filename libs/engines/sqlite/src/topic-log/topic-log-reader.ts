import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Lane, ReceivedMessage } from '#messaging';
import { openForReading } from '../open-database.ts';
import { TOPIC_LOG_SCHEMA } from './schema.ts';

const ROWS_A_READ = 500;

export interface StoredLane extends Lane {
  readonly next: bigint;
}

/** Reads a topic log's file beside its writer. */
export class TopicLogReader {
  readonly #db: DatabaseSync;
  readonly #messages: StatementSync;

  constructor(path: string) {
    this.#db = openForReading(path, TOPIC_LOG_SCHEMA);
    this.#messages = this.#db.prepare(
      `SELECT m.offset, m.key, m.headers, m.value FROM topics t JOIN messages m ON m.topic = t.id
       WHERE t.name = ? AND m.partition = ? AND m.offset >= ? ORDER BY m.offset LIMIT ?`,
    );
    this.#messages.setReadBigInts(true);
  }

  read({ topic, partition }: Lane, from: bigint, limit: number): readonly ReceivedMessage[] {
    const rows = this.#messages.all(topic, partition, from, Math.min(limit, ROWS_A_READ)) as {
      offset: bigint;
      key: string;
      headers: string;
      value: string;
    }[];
    return rows.map(({ offset, key, headers, value }) => ({
      topic,
      partition,
      offset,
      key,
      headers: JSON.parse(headers) as Record<string, string>,
      value,
    }));
  }

  partitions(): Map<string, number> {
    const rows = this.#db.prepare('SELECT name, partitions FROM topics').all() as { name: string; partitions: number }[];
    return new Map(rows.map(({ name, partitions }) => [name, partitions]));
  }

  lanes(): StoredLane[] {
    return this.#stored('SELECT t.name AS topic, l.partition, l.next FROM lanes l JOIN topics t ON t.id = l.topic') as StoredLane[];
  }

  committed(): (StoredLane & { readonly group: string })[] {
    return this.#stored(
      'SELECT c.consumers AS "group", t.name AS topic, c.partition, c.next FROM committed c JOIN topics t ON t.id = c.topic',
    ) as (StoredLane & { group: string })[];
  }

  close(): void {
    this.#db.close();
  }

  #stored(sql: string): object[] {
    const statement = this.#db.prepare(sql);
    statement.setReadBigInts(true);
    return statement.all().map((row) => ({ ...row, partition: Number(row['partition']) }));
  }
}
