import { LRUCache } from 'lru-cache';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

const MAX_STATEMENTS = 500;

export interface CachedStatement {
  readonly statement: StatementSync;
  /** It gives rows: a query, or a write with RETURNING. */
  readonly reader: boolean;
}

/** Prepared statements by their SQL, the least used ones dropped. */
export class StatementCache {
  readonly #database: DatabaseSync;
  readonly #statements = new LRUCache<string, CachedStatement>({ max: MAX_STATEMENTS });

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(sql: string): CachedStatement {
    let cached = this.#statements.get(sql);
    if (cached === undefined) {
      const statement = this.#database.prepare(sql);
      cached = { statement, reader: statement.columns().length > 0 };
      this.#statements.set(sql, cached);
    }
    return cached;
  }
}
