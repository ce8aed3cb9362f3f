import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import type { CopiesOptions, Postgres } from '#engines/postgres';
import { type PostgresForSpec, postgresForSpec, postgresIsHere } from '../../engines/postgres-for-spec.ts';
import { processOn } from './read-models-on-postgres.ts';

jest.setTimeout(60_000);

interface Tables {
  things: { n: number };
}

const options: CopiesOptions<Tables> = {
  version: 3,
  makeTables: (db) => db.schema.createTable('things').addColumn('n', 'integer').execute(),
  makeIndexes: (db) => db.schema.createIndex('things_by_n').on('things').column('n').execute(),
};

(postgresIsHere ? describe : describe.skip)('copies of the read models, each in a schema of its own', () => {
  let database: PostgresForSpec;
  let one: Postgres;
  let two: Postgres;
  let number = 0;

  beforeAll(async () => {
    database = await postgresForSpec();
  });
  beforeEach(async () => {
    const schema = `copies_${(number += 1)}`;
    one = processOn(database.url, schema);
    two = processOn(database.url, schema);
    await one.prepare();
  });
  afterEach(async () => {
    await one.close();
    await two.close();
  });
  afterAll(() => database.close());

  const schemasOf = async (postgres: Postgres): Promise<string[]> => {
    const { rows } = await sql<{ name: string }>`
      SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, ${`copies_${number}_`}) ORDER BY 1`.execute(postgres.shared);
    return rows.map(({ name }) => name.replace(/^copies_\d+_/, ''));
  };
  const longAgo = (postgres: Postgres) =>
    sql`UPDATE read_model_copies SET since = clock_timestamp() - interval '1 hour'`.execute(postgres.shared);

  test('the first one is made once, however many look for it at once', async () => {
    const all = [one.copies(options), two.copies(options), one.copies(options), two.copies(options)];
    const found = await Promise.all(all.map((copies) => copies.current()));
    expect(new Set(found.map(({ name }) => name)).size).toBe(1);
    expect(await schemasOf(one)).toEqual(['read_models_v3_1']);
    for (const copies of all) await copies.close();
  });

  test('one that is built beside is used by all from the switch on; what it replaced stays for those who are still asking', async () => {
    const [mine, others] = [one.copies(options), two.copies(options)];
    const old = await others.current();
    const next = await mine.beside();
    await next.write.insertInto('things').values({ n: 7 }).execute();
    expect((await others.current()).name).toBe(old.name);
    await mine.complete(next);
    await mine.switchTo(next);
    expect(await (await others.current()).read.selectFrom('things').selectAll().execute()).toEqual([{ n: 7 }]);
    expect(await old.read.selectFrom('things').selectAll().execute()).toEqual([]);
    await mine.clearAway();
    expect(await schemasOf(one)).toEqual(['read_models_v3_1', 'read_models_v3_2']);
    await longAgo(one);
    await mine.clearAway();
    expect(await schemasOf(one)).toEqual(['read_models_v3_2']);
    for (const copies of [mine, others]) await copies.close();
  });

  test('one that was never finished goes, unless it is being built', async () => {
    const copies = one.copies(options);
    await copies.current();
    await copies.beside();
    const building = await copies.beside();
    await copies.clearAway(building.name);
    expect(await schemasOf(one)).toEqual(['read_models_v3_1', 'read_models_v3_3']);
    await copies.clearAway();
    expect(await schemasOf(one)).toEqual(['read_models_v3_1']);
    await copies.close();
  });

  test('programs with other tables have copies of their own; an older one’s goes when nobody works with it any more', async () => {
    const older = one.copies(options);
    const newer = two.copies({ ...options, version: 4 });
    await older.current();
    await newer.current();
    expect(await schemasOf(one)).toEqual(['read_models_v3_1', 'read_models_v4_1']);
    await longAgo(one);
    const following = await one.soleWork.take('read-models v3');
    await newer.clearAway();
    expect(await schemasOf(one)).toHaveLength(2);
    await following!.release();
    await newer.clearAway();
    expect(await schemasOf(one)).toEqual(['read_models_v4_1']);
    for (const copies of [older, newer]) await copies.close();
  });
});
