import type { CompiledQuery, Kysely } from 'kysely';
import type { Instant } from '#kernel';
import type { ToDoStore } from '#event-sourcing';
import type { ReadModelTables } from './tables.ts';
import { migrationIdOfToDo, toDoKeyOf } from './to-do-changes.ts';
import { claimedToDo } from './to-do-rows.ts';

/** Stand in a compiled statement where the moment and the number of rows come. */
const NOW = 'now';
const LIMIT = 77_777;

function at<Row>(now: Instant, statement: CompiledQuery<Row>, limit: number): CompiledQuery<Row> {
  const parameters = statement.parameters.map((parameter) => (parameter === NOW ? now : parameter === LIMIT ? limit : parameter));
  return { ...statement, parameters };
}

/** The executor's side of to-do rows that one process has to itself. */
export function createToDoStore(db: Kysely<ReadModelTables>): ToDoStore {
  /** The row of an id, for as long as the owner has it in hand. */
  function inHand(id: string, owner: string) {
    return {
      key: toDoKeyOf(id),
      migration: db.selectFrom('migration_states').select('seq').where('id', '=', migrationIdOfToDo(id)),
      owner,
    };
  }
  // Both are asked at every moment at which anything happens: compiled once.
  const ready = db.selectFrom('to_dos').select('n').where('ready_at', '<=', NOW).limit(LIMIT).compile();
  const free = db
    .selectFrom('to_dos')
    .innerJoin('migration_states', 'migration_states.seq', 'to_dos.migration')
    .select(['to_dos.n', 'to_dos.migration', 'to_dos.key', 'to_dos.ready_at', 'to_dos.attempts', 'migration_states.id'])
    .where('to_dos.ready_at', '<=', NOW)
    .where((row) => row.or([row('to_dos.owner', 'is', null), row('to_dos.lease_until', '<=', NOW)]))
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('to_dos as other')
            .select('other.n')
            .whereRef('other.migration', '=', 'to_dos.migration')
            .where('other.owner', 'is not', null)
            .where('other.lease_until', '>', NOW),
        ),
      ),
    )
    .orderBy('to_dos.ready_at')
    .orderBy('to_dos.n')
    .limit(LIMIT)
    .compile();

  return {
    async claimDue(now, limit, owner, leaseUntil) {
      if ((await db.executeQuery(at(now, ready, 1))).rows.length === 0) return [];
      return db.transaction().execute(async (transaction) => {
        const { rows: due } = await transaction.executeQuery(at(now, free, limit * 2));
        const subjects = new Set<string>();
        const claimed = due.filter((row) => !subjects.has(row.id) && subjects.add(row.id)).slice(0, limit);
        if (claimed.length === 0) return [];
        await transaction
          .updateTable('to_dos')
          .set({ owner, lease_until: leaseUntil })
          .where(
            'n',
            'in',
            claimed.map((row) => row.n),
          )
          .execute();
        return claimed.map(claimedToDo);
      });
    },
    async settle(id, settlement, owner) {
      const row = inHand(id, owner);
      if (settlement.kind === 'done') {
        await db
          .deleteFrom('to_dos')
          .where('migration', '=', row.migration)
          .where('key', '=', row.key)
          .where('owner', '=', row.owner)
          .execute();
        return;
      }
      await db
        .updateTable('to_dos')
        .set({
          ready_at: settlement.at,
          attempts: settlement.attempts,
          owner: null,
          lease_until: null,
          ...(settlement.lastError === undefined ? {} : { last_error: settlement.lastError }),
        })
        .where('migration', '=', row.migration)
        .where('key', '=', row.key)
        .where('owner', '=', row.owner)
        .execute();
    },
    async nextDue() {
      const free = await db
        .selectFrom('to_dos')
        .select('ready_at')
        .where('owner', 'is', null)
        .orderBy('ready_at')
        .orderBy('n')
        .limit(1)
        .executeTakeFirst();
      const leased = await db
        .selectFrom('to_dos')
        .select((row) => row.fn.min('lease_until').as('at'))
        .where('owner', 'is not', null)
        .executeTakeFirst();
      return [free?.ready_at, leased?.at].filter((at): at is Instant => typeof at === 'string').sort()[0];
    },
    async release(owner) {
      await db.updateTable('to_dos').set({ owner: null, lease_until: null }).where('owner', '=', owner).execute();
    },
  };
}
