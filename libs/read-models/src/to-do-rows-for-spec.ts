import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import { createMigrationWrites } from './migration-writes.ts';
import type { ReadModelTables } from './tables.ts';

/** Writes to-dos as the projection does, with as much of their migrations as a to-do store looks at. */
export function rowsOfToDos(db: Kysely<ReadModelTables>) {
  const writes = createMigrationWrites();
  const numbers = new Map<string, number>();
  return async (migrationId: string, key: string, dueAt: Instant): Promise<void> => {
    let seq = numbers.get(migrationId);
    if (seq === undefined) {
      seq = numbers.size + 1;
      numbers.set(migrationId, seq);
      await db
        .insertInto('migration_states')
        .values({ seq, id: migrationId, search: migrationId, version: 0, terms: 1, state: '' })
        .execute();
    }
    await db.transaction().execute((tx) => writes.due.execute(tx, [{ migration: seq, key, ready_at: dueAt }]));
  };
}
