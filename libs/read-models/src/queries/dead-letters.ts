import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import type { ReadModelTables } from '../tables.ts';
import { type Cursor, type Page, pageOf } from './cursor.ts';

/** A message that waits in the log because it could not be applied. */
export interface DeadLetter {
  readonly id: string;
  readonly key: string;
  readonly reason: string;
  readonly detail: string;
  readonly parkedAt: Instant;
  /** The message as it came. */
  readonly message: unknown;
}

type Row = { id: string; key: string; reason: string; detail: string; parked_at: string; message: string };

function viewOf(row: Row): DeadLetter {
  return {
    id: row.id,
    key: row.key,
    reason: row.reason,
    detail: row.detail,
    parkedAt: row.parked_at as Instant,
    message: JSON.parse(row.message) as unknown,
  };
}

export function createDeadLetterQueries(db: Kysely<ReadModelTables>) {
  const columns = ['id', 'key', 'reason', 'detail', 'parked_at', 'message'] as const;
  return {
    async list({ limit, cursor }: { readonly limit: number; readonly cursor?: Cursor }): Promise<Page<DeadLetter>> {
      let query = db.selectFrom('dead_letters').select(columns);
      if (cursor)
        query = query.where((row) =>
          row.or([row('parked_at', '>', cursor.after), row.and([row('parked_at', '=', cursor.after), row('id', '>', cursor.id)])]),
        );
      const rows = await query
        .orderBy('parked_at')
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, (row) => ({ after: row.parked_at, id: row.id }), viewOf);
    },
    async byId(id: string): Promise<DeadLetter | undefined> {
      const row = await db.selectFrom('dead_letters').select(columns).where('id', '=', id).executeTakeFirst();
      return row && viewOf(row);
    },
    async count(): Promise<number> {
      const row = await db
        .selectFrom('dead_letters')
        .select((select) => select.fn.countAll().as('n'))
        .executeTakeFirstOrThrow();
      return Number(row.n);
    },
    /** Those of the keys that have something waiting. */
    async waiting(keys: readonly string[]): Promise<ReadonlySet<string>> {
      const rows = await db.selectFrom('dead_letters').select('key').distinct().where('key', 'in', keys).execute();
      return new Set(rows.map(({ key }) => key));
    },
    /** Every key that has something waiting: what a restart looks through. */
    async keys(): Promise<readonly string[]> {
      return (await db.selectFrom('dead_letters').select('key').distinct().execute()).map((row) => row.key);
    },
  };
}

export type DeadLetterQueries = ReturnType<typeof createDeadLetterQueries>;
