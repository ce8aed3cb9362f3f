import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Retention } from './topic-batch.ts';

/** So many published messages lead to one look for what may go; each look removes at most twice as many. */
const LOOK_EVERY = 1_000;
const MOST_REMOVED = 2_000;

/** Removes old messages, but none that a group of its topic has still to see. */
export class RetentionSweep {
  readonly #limits: Required<Retention>;
  readonly #removeOlder: StatementSync;
  readonly #removeOldest: StatementSync;
  readonly #bytes: StatementSync;
  #published = 0;

  constructor(db: DatabaseSync, limits: Required<Retention>) {
    this.#limits = limits;
    const remove = (which: string): StatementSync =>
      db.prepare(
        `DELETE FROM messages WHERE id IN (
           SELECT m.id FROM (SELECT * FROM messages ORDER BY id LIMIT ${MOST_REMOVED}) m
           WHERE ${which} NOT EXISTS (
             SELECT 1 FROM committed c WHERE c.topic = m.topic AND c.partition = m.partition AND c.next <= m.offset))`,
      );
    this.#removeOlder = remove('m.published_at < ? AND');
    this.#removeOldest = remove('');
    this.#bytes = db.prepare(
      'SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count) AS pages, (SELECT page_size FROM pragma_page_size) AS size',
    );
  }

  published(messages: number, now: number): void {
    this.#published += messages;
    if (this.#published < LOOK_EVERY) return;
    this.#published = 0;
    this.#removeOlder.run(now - this.#limits.maxAgeMs);
    const { pages, size } = this.#bytes.get() as { pages: number; size: number };
    if (pages * size > this.#limits.maxBytes) this.#removeOldest.run();
  }
}
