import type { Kysely, Transaction } from 'kysely';
import { BEFORE_ALL, type Position, positionFromText, positionToText } from '#kernel';
import { CheckpointTaken, type ProjectionStorage } from '#event-sourcing';
import type { ReadModelTables } from './tables.ts';

export type ReadModelTransaction = Transaction<ReadModelTables>;

/** How often an owner may take the checkpoint from whoever has it. */
export type TakesOver =
  /** Whenever it asks: nobody else can be running. */
  | 'always'
  /** At first only: whoever takes it afterwards has it for good. For an owner that is another one each time it begins. */
  | 'once';

/** The rows are not where they were left: a commit of ours that seemed to have failed had come through. */
export class CheckpointMoved extends Error {
  readonly code = 'checkpoint-moved';
  constructor(projection: string) {
    super(`the checkpoint of projection ${projection} is not where it was left: it is read again`);
  }
}

/** Rows and checkpoint in one transaction of one database. */
export function createProjectionStorage(
  db: Kysely<ReadModelTables>,
  name: string,
  owner: string,
  takesOver: TakesOver = 'always',
): ProjectionStorage<ReadModelTransaction> {
  let taken = false;
  let stands: string | undefined;

  async function take(): Promise<string> {
    const { position } = await db
      .insertInto('checkpoints')
      .values({ name, position: positionToText(BEFORE_ALL), owner })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ owner }))
      .returning('position')
      .executeTakeFirstOrThrow();
    return position;
  }

  /** By a write, so that it waits for a commit of ours whose answer did not come. */
  async function look(): Promise<string> {
    const row = await db
      .updateTable('checkpoints')
      .set({ owner })
      .where('name', '=', name)
      .where('owner', '=', owner)
      .returning('position')
      .executeTakeFirst();
    if (!row) throw new CheckpointTaken(name);
    return row.position;
  }

  async function move(tx: ReadModelTransaction, to: string): Promise<void> {
    const moved = await tx
      .updateTable('checkpoints')
      .set({ position: to })
      .where('name', '=', name)
      .where('owner', '=', owner)
      .$if(stands !== undefined, (update) => update.where('position', '=', stands!))
      .executeTakeFirst();
    if (moved.numUpdatedRows === 1n) return;
    const row = await tx.selectFrom('checkpoints').select('owner').where('name', '=', name).executeTakeFirst();
    throw row?.owner === owner ? new CheckpointMoved(name) : new CheckpointTaken(name);
  }

  return {
    async checkpoint() {
      stands = taken && takesOver === 'once' ? await look() : await take();
      taken = true;
      return positionFromText(stands) ?? BEFORE_ALL;
    },
    async commit(upTo: Position, work) {
      const to = positionToText(upTo);
      await db.transaction().execute(async (transaction) => {
        await move(transaction, to);
        await work(transaction);
      });
      stands = to;
    },
  };
}
