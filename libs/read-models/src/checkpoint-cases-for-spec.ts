import { describe, expect, test } from '@jest/globals';
import type { Position } from '#kernel';
import { CheckpointTaken } from '#event-sourcing';
import type { DatabaseForSpec } from './migration-row-cases-for-spec.ts';
import { createProjectionStorage } from './projection-storage.ts';
import { createReadModelTables } from './schema.ts';

/** Who may write the rows, and when not: on any database. */
export function describeCheckpoint(name: string, open: () => Promise<DatabaseForSpec>): void {
  const at = (position: number): Position => BigInt(position) as Position;
  const nothing = (): Promise<void> => Promise.resolve();

  describe(name, () => {
    async function withTables(check: (db: DatabaseForSpec['db']) => Promise<void>): Promise<void> {
      const { db, close } = await open();
      try {
        await createReadModelTables(db);
        await check(db);
      } finally {
        await close();
      }
    }

    test('is taken by the later owner; the earlier one’s commit is refused and writes nothing', () =>
      withTables(async (db) => {
        const [one, two] = ['one', 'two'].map((owner) => createProjectionStorage(db, 'p', owner, 'once'));
        await one!.checkpoint();
        await one!.commit(at(1), nothing);
        expect(await two!.checkpoint()).toBe(at(1));
        const late = one!.commit(at(2), async (tx) => {
          await tx.insertInto('terms').values({ text: 'late' }).execute();
        });
        await expect(late).rejects.toThrow(CheckpointTaken);
        expect(await db.selectFrom('terms').selectAll().execute()).toEqual([]);
        await two!.commit(at(2), nothing);
        expect(await two!.checkpoint()).toBe(at(2));
      }));

    test('once taken, an owner of one term cannot have it back', () =>
      withTables(async (db) => {
        const [one, two] = ['one', 'two'].map((owner) => createProjectionStorage(db, 'p', owner, 'once'));
        await one!.checkpoint();
        await one!.checkpoint();
        await two!.checkpoint();
        await expect(one!.checkpoint()).rejects.toThrow(CheckpointTaken);
        await two!.commit(at(5), nothing);
      }));

    test('a commit whose answer was lost is not written a second time', () =>
      withTables(async (db) => {
        const storage = createProjectionStorage(db, 'p', 'one', 'once');
        await storage.checkpoint();
        // As a commit that came through although it seemed to have failed.
        await createProjectionStorage(db, 'p', 'one').commit(at(3), nothing);
        await expect(storage.commit(at(3), nothing)).rejects.toMatchObject({ code: 'checkpoint-moved' });
        expect(await storage.checkpoint()).toBe(at(3));
        await storage.commit(at(4), nothing);
      }));
  });
}
