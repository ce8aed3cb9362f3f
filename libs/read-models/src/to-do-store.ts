import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import type { ToDo, ToDoStore } from '#event-sourcing';
import { migrationStreamOf } from '#migration';
import type { ReadModelTables } from './tables.ts';

/** The executor's side of the to-do rows. */
export function createToDoStore(db: Kysely<ReadModelTables>): ToDoStore {
  return {
    async claimDue(now, limit, owner, leaseUntil) {
      return db.transaction().execute(async (transaction) => {
        const due = await transaction
          .selectFrom('to_dos')
          .select(['id', 'kind', 'migration_id', 'original_id', 'due_at', 'attempts'])
          .where('ready_at', '<=', now)
          .where((row) => row.or([row('owner', 'is', null), row('lease_until', '<=', now)]))
          .where((row) =>
            row.not(
              row.exists(
                row
                  .selectFrom('to_dos as other')
                  .select('other.id')
                  .whereRef('other.migration_id', '=', 'to_dos.migration_id')
                  .where('other.owner', 'is not', null)
                  .where('other.lease_until', '>', now),
              ),
            ),
          )
          .orderBy('ready_at')
          .orderBy('id')
          .limit(limit * 2)
          .execute();
        const subjects = new Set<string>();
        const claimed = due.filter((row) => !subjects.has(row.migration_id) && subjects.add(row.migration_id)).slice(0, limit);
        if (claimed.length === 0) return [];
        await transaction
          .updateTable('to_dos')
          .set({ owner, lease_until: leaseUntil })
          .where('id', 'in', claimed.map((row) => row.id))
          .execute();
        return claimed.map(
          (row): ToDo => ({
            id: row.id,
            kind: row.kind,
            subjectId: migrationStreamOf(row.migration_id),
            dueAt: row.due_at as Instant,
            attempts: row.attempts,
            data: { migrationId: row.migration_id, originalSubscriptionId: row.original_id },
          }),
        );
      });
    },
    async settle(id, settlement, owner) {
      if (settlement.kind === 'done') {
        await db.deleteFrom('to_dos').where('id', '=', id).where('owner', '=', owner).execute();
        return;
      }
      await db
        .updateTable('to_dos')
        .set({ ready_at: settlement.at, attempts: settlement.attempts, owner: null, lease_until: null, ...(settlement.lastError === undefined ? {} : { last_error: settlement.lastError }) })
        .where('id', '=', id)
        .where('owner', '=', owner)
        .execute();
    },
    async nextDue() {
      const free = await db.selectFrom('to_dos').select((row) => row.fn.min('ready_at').as('at')).where('owner', 'is', null).executeTakeFirst();
      const leased = await db.selectFrom('to_dos').select((row) => row.fn.min('lease_until').as('at')).where('owner', 'is not', null).executeTakeFirst();
      return [free?.at, leased?.at].filter((at): at is Instant => typeof at === 'string').sort()[0];
    },
    async release(owner) {
      await db.updateTable('to_dos').set({ owner: null, lease_until: null }).where('owner', '=', owner).execute();
    },
  };
}
