import type { Kysely, Transaction } from 'kysely';
import { BEFORE_ALL, type Position, positionFromText, positionToText } from '#kernel';
import { CheckpointTaken, type ProjectionStorage } from '#event-sourcing';
import type { ReadModelTables } from './tables.ts';

export type ReadModelTransaction = Transaction<ReadModelTables>;

/** Rows and checkpoint in one transaction of one database. */
export function createProjectionStorage(db: Kysely<ReadModelTables>, name: string, owner: string): ProjectionStorage<ReadModelTransaction> {
  return {
    async checkpoint() {
      const row = await db
        .insertInto('checkpoints')
        .values({ name, position: positionToText(BEFORE_ALL), owner })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ owner }))
        .returning('position')
        .executeTakeFirstOrThrow();
      return positionFromText(row.position) ?? BEFORE_ALL;
    },
    async commit(upTo: Position, work) {
      await db.transaction().execute(async (transaction) => {
        const moved = await transaction
          .updateTable('checkpoints')
          .set({ position: positionToText(upTo) })
          .where('name', '=', name)
          .where('owner', '=', owner)
          .executeTakeFirst();
        if (moved.numUpdatedRows !== 1n) throw new CheckpointTaken(name);
        await work(transaction);
      });
    },
  };
}
