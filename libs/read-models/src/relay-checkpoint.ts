import type { Kysely } from 'kysely';
import { BEFORE_ALL, type Position, positionFromText, positionToText } from '#kernel';
import type { ReadModelTables } from './tables.ts';

const NAME = 'relay';

/** Up to where the log is published. No rebuild touches it: what was published once stays published. */
export function createRelayCheckpoint(db: Kysely<ReadModelTables>) {
  return {
    async load(): Promise<Position> {
      const row = await db.selectFrom('relay').select('position').where('name', '=', NAME).executeTakeFirst();
      return row ? (positionFromText(row.position) ?? BEFORE_ALL) : BEFORE_ALL;
    },
    async save(position: Position): Promise<void> {
      const text = positionToText(position);
      await db
        .insertInto('relay')
        .values({ name: NAME, position: text })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ position: text }))
        .execute();
    },
  };
}
