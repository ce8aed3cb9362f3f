import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import type { ReadModelTables } from '../tables.ts';
import { type Cursor, type Page, pageOf } from './cursor.ts';

/** Contract, shapes: `todos[]`. */
export interface ToDoView {
  readonly id: string;
  readonly kind: string;
  readonly migrationId: string;
  readonly originalSubscriptionId: string | null;
  readonly dueAt: Instant;
  readonly attempts: number;
  readonly lastError: string | null;
}

export interface ListToDos {
  readonly kind?: string;
  readonly dueBefore?: Instant;
  readonly limit: number;
  readonly cursor?: Cursor;
}

export function createToDoQueries(db: Kysely<ReadModelTables>) {
  const columns = ['id', 'kind', 'migration_id', 'original_id', 'ready_at', 'attempts', 'last_error'] as const;
  type Row = { id: string; kind: string; migration_id: string; original_id: string | null; ready_at: string; attempts: number; last_error: string | null };
  const viewOf = (row: Row): ToDoView => ({
    id: row.id,
    kind: row.kind,
    migrationId: row.migration_id,
    originalSubscriptionId: row.original_id,
    dueAt: row.ready_at as Instant,
    attempts: row.attempts,
    lastError: row.last_error,
  });
  return {
    async list({ kind, dueBefore, limit, cursor }: ListToDos): Promise<Page<ToDoView>> {
      let query = db.selectFrom('to_dos').select(columns);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      if (dueBefore !== undefined) query = query.where('ready_at', '<', dueBefore);
      if (cursor) query = query.where((row) => row.or([row('ready_at', '>', cursor.after), row.and([row('ready_at', '=', cursor.after), row('id', '>', cursor.id)])]));
      const rows = await query.orderBy('ready_at').orderBy('id').limit(limit + 1).execute();
      return pageOf(rows, limit, (row) => ({ after: row.ready_at, id: row.id }), viewOf);
    },
    /** How many there are, and how many of them were due before a time. */
    async counts(dueBefore: Instant): Promise<{ readonly pending: number; readonly overdue: number }> {
      const count = db.selectFrom('to_dos').select((row) => row.fn.countAll().as('n'));
      const pending = await count.executeTakeFirstOrThrow();
      const overdue = await count.where('ready_at', '<', dueBefore).executeTakeFirstOrThrow();
      return { pending: Number(pending.n), overdue: Number(overdue.n) };
    },
    async ofMigration(migrationId: string): Promise<readonly ToDoView[]> {
      return (await db.selectFrom('to_dos').select(columns).where('migration_id', '=', migrationId).orderBy('ready_at').orderBy('id').execute()).map(viewOf);
    },
  };
}

export type ToDoQueries = ReturnType<typeof createToDoQueries>;
