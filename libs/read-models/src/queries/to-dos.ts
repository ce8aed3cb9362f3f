import { type Kysely, sql } from 'kysely';
import type { Instant } from '#kernel';
import type { ReadModelTables } from '../tables.ts';
import { partsOfKey, toDoIdOf } from '../to-do-changes.ts';
import { type Cursor, type Page, numberIn, pageOf } from './cursor.ts';

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

interface Row {
  readonly n: number;
  readonly id: string;
  readonly key: string;
  readonly ready_at: string;
  readonly attempts: number;
  readonly last_error: string | null;
}

function viewOf({ id, key, ready_at, attempts, last_error: lastError }: Row): ToDoView {
  return { id: toDoIdOf(id, key), migrationId: id, ...partsOfKey(key), dueAt: ready_at as Instant, attempts, lastError };
}

export function createToDoQueries(db: Kysely<ReadModelTables>) {
  const rows = () =>
    db
      .selectFrom('to_dos')
      .innerJoin('migration_states', 'migration_states.seq', 'to_dos.migration')
      .select(['to_dos.n', 'migration_states.id', 'to_dos.key', 'to_dos.ready_at', 'to_dos.attempts', 'to_dos.last_error']);
  return {
    async list({ kind, dueBefore, limit, cursor }: ListToDos): Promise<Page<ToDoView>> {
      let query = rows();
      if (kind !== undefined) query = query.where(sql`substr(to_dos.key, 1, ${sql.lit(kind.length + 1)})`, '=', `${kind}:`);
      if (dueBefore !== undefined) query = query.where('to_dos.ready_at', '<', dueBefore);
      if (cursor) {
        const { after } = cursor;
        query = query.where((row) => row(row.refTuple('to_dos.ready_at', 'to_dos.n'), '>', row.tuple(after, numberIn(cursor))));
      }
      const found = await query
        .orderBy('to_dos.ready_at')
        .orderBy('to_dos.n')
        .limit(limit + 1)
        .execute();
      return pageOf(found, limit, (row) => ({ after: row.ready_at, id: String(row.n) }), viewOf);
    },
    /** How many there are, and how many of them were due before a time. */
    async counts(dueBefore: Instant): Promise<{ readonly pending: number; readonly overdue: number }> {
      const count = db.selectFrom('to_dos').select((row) => row.fn.countAll().as('n'));
      const pending = await count.executeTakeFirstOrThrow();
      const overdue = await count.where('ready_at', '<', dueBefore).executeTakeFirstOrThrow();
      return { pending: Number(pending.n), overdue: Number(overdue.n) };
    },
    async ofMigration(migrationId: string): Promise<readonly ToDoView[]> {
      return (await rows().where('migration_states.id', '=', migrationId).orderBy('to_dos.ready_at').orderBy('to_dos.n').execute()).map(
        viewOf,
      );
    },
  };
}

export type ToDoQueries = ReturnType<typeof createToDoQueries>;
