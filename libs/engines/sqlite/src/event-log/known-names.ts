import type { DatabaseSync, StatementSync } from 'node:sqlite';

const MAX_STREAMS = 100_000;

export interface KnownStream {
  readonly id: number;
  /** The last event's. */
  revision: number;
}

/** The numbers that stand for stream names and event types in the file, and each stream's revision, kept at hand. */
export class KnownNames {
  readonly #findStream: StatementSync;
  readonly #addStream: StatementSync;
  readonly #findType: StatementSync;
  readonly #addType: StatementSync;
  readonly #streams = new Map<string, KnownStream>();
  readonly #types = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#findStream = db.prepare(
      'SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) AS revision FROM streams WHERE name = ?',
    );
    this.#addStream = db.prepare('INSERT INTO streams (name) VALUES (?)');
    this.#findType = db.prepare('SELECT id FROM event_types WHERE name = ?');
    this.#addType = db.prepare('INSERT INTO event_types (name) VALUES (?)');
  }

  stream(name: string): KnownStream | undefined {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const row = this.#findStream.get(name) as { id: number; revision: number | null } | undefined;
    return row && this.#remember(name, { id: row.id, revision: row.revision ?? -1 });
  }

  newStream(name: string): KnownStream {
    return this.#remember(name, { id: Number(this.#addStream.run(name).lastInsertRowid), revision: -1 });
  }

  type(name: string): number {
    let id = this.#types.get(name);
    if (id === undefined) {
      id = (this.#findType.get(name)?.['id'] as number | undefined) ?? Number(this.#addType.run(name).lastInsertRowid);
      this.#types.set(name, id);
    }
    return id;
  }

  /** After a rollback: what is known may no longer be so. */
  forget(): void {
    this.#streams.clear();
    this.#types.clear();
  }

  #remember(name: string, stream: KnownStream): KnownStream {
    if (this.#streams.size >= MAX_STREAMS) {
      const [oldest] = this.#streams.keys();
      this.#streams.delete(oldest!);
    }
    this.#streams.set(name, stream);
    return stream;
  }
}
