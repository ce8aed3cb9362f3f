import type { CompiledQuery, Kysely } from 'kysely';
import type { Instant } from '#kernel';
import type { ReadModelTables } from './tables.ts';
import { migrationIdOfToDo, toDoKeyOf } from './to-do-changes.ts';

/** Where the to-do rows are written elsewhere: what a look at them answers before anybody is asked to write. */
export interface ToDoLook {
  /** False: there is nothing to claim. */
  mayClaim(now: Instant): Promise<boolean>;
  /** False: the row has gone, or is no longer in this owner's hand, so that settling it would change nothing. */
  isInHand(id: string, owner: string): Promise<boolean>;
}

export function createToDoLook(db: Kysely<ReadModelTables>): ToDoLook {
  // Asked at every moment at which anything happens: compiled once; the values stand for the parameters.
  const ready = db.selectFrom('to_dos').select('n').where('ready_at', '<=', 'now').limit(1).compile();
  const inHand = db
    .selectFrom('to_dos')
    .select('n')
    .where('migration', '=', (row) => row.selectFrom('migration_states').select('seq').where('id', '=', 'migration'))
    .where('key', '=', 'key')
    .where('owner', '=', 'owner')
    .compile();

  async function any(statement: CompiledQuery, ...parameters: readonly unknown[]): Promise<boolean> {
    return (await db.executeQuery({ ...statement, parameters })).rows.length > 0;
  }

  return {
    mayClaim: (now) => any(ready, now, 1),
    isInHand: (id, owner) => any(inHand, migrationIdOfToDo(id), toDoKeyOf(id), owner),
  };
}
