import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Instant } from '#kernel';
import type { ToDoStore } from '#event-sourcing';
import type { ReadModelTables } from './tables.ts';
import { type ClaimedRow, claimedToDo } from './to-do-rows.ts';
import { migrationIdOfToDo, toDoKeyOf } from './to-do-changes.ts';

/** Real time: longer than three beats of the executor, and short enough that nobody notices that a process died. */
const LEASE = sql`interval '10 seconds'`;
/** Several of a subject may be due, of which one is given out. */
const LOOKED_AT = 4;

/** Somebody has the subject in hand. What a claim's end is compared with goes on while a statement waits for another. */
function heldNow(subject: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (SELECT FROM to_do_claims AS held WHERE held.subject = ${subject} AND held.lease_until > clock_timestamp())`;
}

/**
 * The executor's side of to-do rows that several processes share, on PostgreSQL. A claim is a row for the subject, so
 * its key sees to it that nobody else has work of the subject in hand: no matter how many ask at once, from which copy
 * of the rows, or how often the projection has written them meanwhile. It lapses on the server's clock unless renewed.
 * The owner stands in the to-do's row as well, and is wiped out when the projection writes it: settling then leaves it.
 */
export function createSharedToDoStore(db: Kysely<ReadModelTables>): Required<ToDoStore> {
  const subject = sql.ref('states.id');

  async function settleRow(id: string, owner: string, settle: (rows: RawBuilder<unknown>) => RawBuilder<unknown>): Promise<void> {
    const migrationId = migrationIdOfToDo(id);
    const key = toDoKeyOf(id);
    const rows = sql`key = ${key} AND owner = ${owner} AND migration = (SELECT seq FROM migration_states WHERE id = ${migrationId})`;
    await settle(rows).execute(db);
    // Only then may another to-do of the subject be taken in hand.
    await sql`DELETE FROM to_do_claims WHERE subject = ${migrationId} AND to_do = ${key} AND owner = ${owner}`.execute(db);
  }

  return {
    async claimDue(now, limit, owner) {
      const ready = await db.selectFrom('to_dos').select('n').where('ready_at', '<=', now).limit(1).execute();
      if (ready.length === 0) return [];
      const { rows } = await sql<ClaimedRow>`
        WITH due AS MATERIALIZED (
          SELECT to_dos.n, states.id, to_dos.key, to_dos.ready_at, to_dos.attempts
          FROM to_dos JOIN migration_states AS states ON states.seq = to_dos.migration
          WHERE to_dos.ready_at <= ${now} AND NOT ${heldNow(subject)}
          ORDER BY to_dos.ready_at, to_dos.n
          LIMIT ${limit * LOOKED_AT}
          FOR UPDATE OF to_dos SKIP LOCKED
        ), firsts AS (
          SELECT DISTINCT ON (id) * FROM due ORDER BY id, ready_at, n
        ), chosen AS (
          SELECT * FROM firsts ORDER BY ready_at, n LIMIT ${limit}
        ), taken AS (
          INSERT INTO to_do_claims AS claim (subject, to_do, owner, lease_until)
          SELECT id, key, ${owner}, clock_timestamp() + ${LEASE} FROM chosen ORDER BY id
          ON CONFLICT (subject) DO UPDATE SET to_do = excluded.to_do, owner = excluded.owner, lease_until = excluded.lease_until
            WHERE claim.lease_until <= clock_timestamp()
          RETURNING claim.subject
        ), marked AS (
          UPDATE to_dos SET owner = ${owner} FROM chosen JOIN taken ON taken.subject = chosen.id WHERE to_dos.n = chosen.n RETURNING to_dos.n
        )
        SELECT chosen.* FROM chosen JOIN marked USING (n) ORDER BY chosen.ready_at, chosen.n`.execute(db);
      return rows.map(claimedToDo);
    },
    async settle(id, settlement, owner) {
      if (settlement.kind === 'done') {
        await settleRow(id, owner, (rows) => sql`DELETE FROM to_dos WHERE ${rows}`);
        return;
      }
      const { at, attempts, lastError } = settlement;
      await settleRow(
        id,
        owner,
        (rows) => sql`
          UPDATE to_dos SET ready_at = ${at}, attempts = ${attempts}, owner = NULL, last_error = coalesce(${lastError ?? null}, last_error)
          WHERE ${rows}`,
      );
    },
    async nextDue() {
      const { rows } = await sql<{ ready_at: Instant }>`
        SELECT to_dos.ready_at FROM to_dos JOIN migration_states AS states ON states.seq = to_dos.migration
        WHERE NOT ${heldNow(subject)} ORDER BY to_dos.ready_at, to_dos.n LIMIT 1`.execute(db);
      return rows[0]?.ready_at;
    },
    async release(owner) {
      await db.updateTable('to_dos').set({ owner: null }).where('owner', '=', owner).execute();
      // With those of owners that are gone and whose work has gone with them.
      await sql`DELETE FROM to_do_claims WHERE owner = ${owner} OR lease_until < clock_timestamp() - interval '1 hour'`.execute(db);
    },
    async renew(ids, owner) {
      await db
        .updateTable('to_do_claims')
        .set({ lease_until: sql<Date>`clock_timestamp() + ${LEASE}` })
        .where('owner', '=', owner)
        .where((row) =>
          row(
            row.refTuple('subject', 'to_do'),
            'in',
            ids.map((id) => row.tuple(migrationIdOfToDo(id), toDoKeyOf(id))),
          ),
        )
        .execute();
    },
    async dueElsewhere(now) {
      const { rows } = await sql`
        SELECT 1 FROM to_dos JOIN migration_states AS states ON states.seq = to_dos.migration
        WHERE to_dos.ready_at <= ${now} AND ${heldNow(subject)} LIMIT 1`.execute(db);
      return rows.length > 0;
    },
  };
}
