import { SqliteDialect } from 'kysely';
import type { Dialect } from 'kysely';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { StatementCache } from './statement-cache.ts';

/**
 * Kysely's SQLite dialect on `node:sqlite`, whose statements differ in shape from the driver it was written for.
 * Booleans are stored as 0 and 1, so that the same queries serve PostgreSQL. An integer column beyond 2^53 cannot be
 * read as a number: cast it to text.
 */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  const cache = new StatementCache(database);
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const { statement, reader } = cache.get(sql);
        return {
          reader,
          all: (parameters) => statement.all(...parameters.map(bindable)),
          run: (parameters) => statement.run(...parameters.map(bindable)),
          // Of its own: a cached statement would begin anew when the same query runs again before this one has ended.
          iterate: (parameters) => database.prepare(sql).iterate(...parameters.map(bindable)),
        };
      },
    },
  });
}

function bindable(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === undefined ? null : (value as SQLInputValue);
}
