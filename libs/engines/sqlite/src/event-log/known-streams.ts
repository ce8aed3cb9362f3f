import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { streamKey } from './stream-key.ts';
import { SweptIndex, slotOf } from './swept-index.ts';

const MAX_STREAMS = 100_000;
const STREAMS_A_ROUND = 16_384;

export interface KnownStream {
  readonly id: number;
  /** The last event's. */
  revision: number;
}

/** The numbers that stand for stream names in the file, and each stream's revision, kept at hand. In the writer thread. */
export class KnownStreams {
  readonly #ids: SweptIndex;
  readonly #revision: StatementSync;
  readonly #add: StatementSync;
  readonly #streams = new Map<string, KnownStream>();
  #hashed = { name: '', key: streamKey('') };

  constructor(db: DatabaseSync) {
    const newer = db.prepare('SELECT id, name FROM streams WHERE id > ? ORDER BY id');
    const name = db.prepare('SELECT name FROM streams WHERE id = ?');
    this.#ids = new SweptIndex(db, {
      table: 'stream_ids',
      complete: 'stream_ids_complete',
      *newer(after) {
        for (const row of newer.iterate(after)) yield [streamKey(row['name'] as string), BigInt(row['id'] as number)];
      },
      belongsTo: (id, key) => streamKey(name.get(id)!['name'] as string).equals(key),
      keysARound: STREAMS_A_ROUND,
    });
    this.#revision = db.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?');
    this.#add = db.prepare('INSERT INTO streams (name) VALUES (?)');
  }

  find(name: string): KnownStream | undefined {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const id = this.#ids.find(this.#keyOf(name));
    if (id === undefined) return undefined;
    return this.#remember(name, { id: Number(id), revision: (this.#revision.get(id)?.['revision'] as number | null) ?? -1 });
  }

  /** A name that `find` does not know. */
  add(name: string): KnownStream {
    const id = Number(this.#add.run(name).lastInsertRowid);
    this.#ids.add(slotOf(this.#keyOf(name)), BigInt(id));
    return this.#remember(name, { id, revision: -1 });
  }

  /** See `SweptIndex.sweep`. */
  sweep(): void {
    this.#ids.sweep();
  }

  /** After a rollback: what is known may no longer be so. */
  forget(): void {
    this.#streams.clear();
    this.#ids.reload();
  }

  /** A name is added right after it was not found. */
  #keyOf(name: string): Uint8Array {
    if (this.#hashed.name !== name) this.#hashed = { name, key: streamKey(name) };
    return this.#hashed.key;
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
