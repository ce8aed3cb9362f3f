import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReadModelDatabase } from './read-model-database.ts';
import type { ReadModelDatabase } from './read-model-database.ts';

interface Tables {
  customer: { id: string; seats: number; on_hold: boolean | number; note: string | null };
}

describe('read-model database', () => {
  let folder: string;
  let models: ReadModelDatabase<Tables>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'read-models-'));
    models = openReadModelDatabase(join(folder, 'sub', 'models.db'));
    models.database.exec('CREATE TABLE customer (id TEXT PRIMARY KEY, seats INTEGER NOT NULL, on_hold INTEGER NOT NULL, note TEXT) STRICT');
  });

  afterEach(async () => {
    await models.close();
    await rm(folder, { recursive: true });
  });

  const customer = (id: string): Tables['customer'] => ({ id, seats: 5, on_hold: false, note: null });

  test('writes, reads, counts changes, and gives back what RETURNING asks for', async () => {
    const { queries } = models;
    const added = await queries
      .insertInto('customer')
      .values([customer('a'), { ...customer('b'), on_hold: true }])
      .returning(['id', 'on_hold'])
      .execute();
    expect(added).toEqual([
      { id: 'a', on_hold: 0 },
      { id: 'b', on_hold: 1 },
    ]);
    const { numUpdatedRows } = await queries
      .updateTable('customer')
      .set({ seats: 7 })
      .where('on_hold', '=', true)
      .executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(1n);
    expect(await queries.selectFrom('customer').select(['id', 'seats']).orderBy('id').execute()).toEqual([
      { id: 'a', seats: 5 },
      { id: 'b', seats: 7 },
    ]);
  });

  test('rolls a failed transaction back, and keeps transactions that run at once apart', async () => {
    const { queries } = models;
    const failing = queries.transaction().execute(async (transaction) => {
      await transaction.insertInto('customer').values(customer('lost')).execute();
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('stop');
    });
    const beside = queries.transaction().execute((transaction) => transaction.insertInto('customer').values(customer('kept')).execute());
    const plain = queries.insertInto('customer').values(customer('plain')).execute();
    await expect(failing).rejects.toThrow('stop');
    await Promise.all([beside, plain]);
    expect((await queries.selectFrom('customer').select('id').orderBy('id').execute()).map(({ id }) => id)).toEqual(['kept', 'plain']);
  });

  test('streams rows while the same query runs again', async () => {
    const { queries } = models;
    await queries.insertInto('customer').values(['a', 'b', 'c'].map(customer)).execute();
    const all = queries.selectFrom('customer').select('id').orderBy('id');
    const seen: string[] = [];
    for await (const { id } of all.stream()) {
      seen.push(id);
      expect(models.database.prepare('SELECT count(*) AS n FROM customer').get()).toEqual({ n: 3 });
    }
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  test('is in WAL mode, synced at checkpoints, with foreign keys', async () => {
    const settings =
      await sql<object>`SELECT (SELECT journal_mode FROM pragma_journal_mode) AS journal, (SELECT synchronous FROM pragma_synchronous) AS sync, (SELECT foreign_keys FROM pragma_foreign_keys) AS keys`.execute(
        models.queries,
      );
    expect(settings.rows).toEqual([{ journal: 'wal', sync: 1, keys: 1 }]);
  });

  test('says so when the file is no database', async () => {
    await writeFile(join(folder, 'text.db'), 'this is not a database, but a text of some length'.repeat(50));
    expect(() => openReadModelDatabase(join(folder, 'text.db'))).toThrow(expect.objectContaining({ code: 'not-a-database' }));
  });
});
