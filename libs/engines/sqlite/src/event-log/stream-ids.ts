import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { streamKey } from './stream-key.ts';
import { slotAfter, slotOf } from './swept-index.ts';

const MAX_RECENT = 50_000;

/**
 * The numbers that stand for stream names, for those who read the file beside its writer: by the index, and for the newest
 * streams, which the writer has not yet moved into it (see `SweptIndex`), by reading on in the list of all streams.
 */
export class StreamIds {
  readonly #at: StatementSync;
  readonly #newer: StatementSync;
  readonly #complete: StatementSync;
  readonly #recent = new Map<string, number>();
  #readUpTo: number | undefined;
  #forgetAt = MAX_RECENT;

  constructor(db: DatabaseSync) {
    this.#at = db.prepare('SELECT id, name FROM stream_ids JOIN streams ON id = number WHERE slot = ?');
    this.#newer = db.prepare('SELECT id, name FROM streams WHERE id > ? ORDER BY id');
    this.#complete = db.prepare('SELECT up_to FROM stream_ids_complete');
  }

  find(name: string): number | undefined {
    return this.#recent.get(name) ?? this.#indexed(name) ?? this.#amongNewest(name);
  }

  #indexed(name: string): number | undefined {
    for (let slot = slotOf(streamKey(name)); ; slot = slotAfter(slot)) {
      const stream = this.#at.get(slot);
      if (stream === undefined || stream['name'] === name) return stream?.['id'] as number | undefined;
    }
  }

  #amongNewest(name: string): number | undefined {
    this.#readUpTo ??= this.#indexedUpTo();
    for (const row of this.#newer.iterate(this.#readUpTo)) {
      this.#readUpTo = row['id'] as number;
      this.#recent.set(row['name'] as string, this.#readUpTo);
    }
    if (this.#recent.size > this.#forgetAt) this.#forgetIndexed();
    return this.#recent.get(name);
  }

  #forgetIndexed(): void {
    const indexed = this.#indexedUpTo();
    for (const [name, id] of this.#recent) {
      if (id > indexed) break;
      this.#recent.delete(name);
    }
    this.#forgetAt = Math.max(MAX_RECENT, this.#recent.size * 2);
  }

  #indexedUpTo(): number {
    return this.#complete.get()!['up_to'] as number;
  }
}
