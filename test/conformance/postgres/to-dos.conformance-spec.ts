import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { plusMs } from '#kernel';
import type { Postgres, PostgresDatabase } from '#engines/postgres';
import {
  type ReadModelTables,
  createOperationsTables,
  createReadModelIndexes,
  createReadModelTables,
  createSharedToDoStore,
} from '#read-models';
import { rowsOfToDos } from '../../../libs/read-models/src/to-do-rows-for-spec.ts';
import { NOW, describeToDoStore, migrationNumber } from '../../../libs/read-models/src/to-do-store-cases-for-spec.ts';
import { type PostgresForSpec, postgresForSpec, postgresIsHere } from '../../engines/postgres-for-spec.ts';
import { processOn } from './read-models-on-postgres.ts';

jest.setTimeout(120_000);

(postgresIsHere ? describe : describe.skip)('on a PostgreSQL server', () => {
  let database: PostgresForSpec;
  let schemas = 0;

  beforeAll(async () => {
    database = await postgresForSpec();
  });
  afterAll(() => database.close());

  /** Rows that so many processes share. */
  async function rowsFor(processes: number) {
    const schema = `to_dos_${(schemas += 1)}`;
    const opened: { postgres: Postgres; rows: PostgresDatabase<ReadModelTables> }[] = [];
    for (let index = 0; index < processes; index += 1) {
      const postgres = processOn(database.url, schema);
      opened.push({ postgres, rows: postgres.database<ReadModelTables>() });
    }
    const db: Kysely<ReadModelTables> = opened[0]!.rows.queries;
    await sql`CREATE SCHEMA ${sql.id(schema)}`.execute(db);
    await createReadModelTables(db);
    await createOperationsTables(db);
    await createReadModelIndexes(db);
    return {
      db,
      stores: opened.map(({ rows }) => createSharedToDoStore(rows.queries)),
      put: rowsOfToDos(db),
      lapse: () => sql`UPDATE to_do_claims SET lease_until = clock_timestamp() - interval '1 ms'`.execute(db),
      async close() {
        for (const { postgres, rows } of opened) {
          await rows.close();
          await postgres.close();
        }
      },
    };
  }

  describeToDoStore('to-dos that several processes share', async () => {
    const { stores, put, lapse, close } = await rowsFor(1);
    return {
      store: stores[0]!,
      put,
      async lapse() {
        await lapse();
        return NOW;
      },
      close,
    };
  });

  test('a claim that is renewed does not lapse, and only those that are in hand are renewed', async () => {
    const { db, stores, put, close } = await rowsFor(2);
    for (const number of [1, 2]) await put(migrationNumber(number), 'k::x:0', NOW);
    const [kept] = await stores[0]!.claimDue(NOW, 2, 'one', NOW);
    await sql`UPDATE to_do_claims SET lease_until = clock_timestamp() + interval '1 s'`.execute(db);
    await stores[0]!.renew([kept!.id], 'one');
    await stores[1]!.renew([kept!.id], 'two');
    const { rows } = await sql<{ subject: string }>`
      SELECT subject FROM to_do_claims WHERE lease_until > clock_timestamp() + interval '5 s'`.execute(db);
    expect(rows.map(({ subject }) => subject)).toEqual([kept!.id.slice(0, 36)]);
    await close();
  });

  test('says that something due is in other hands, for as long as it is', async () => {
    const { stores, put, lapse, close } = await rowsFor(2);
    const [one, two] = stores as [(typeof stores)[0], (typeof stores)[0]];
    await put(migrationNumber(1), 'k::x:0', NOW);
    expect(await two.dueElsewhere(NOW)).toBe(false);
    await one.claimDue(NOW, 1, 'one', NOW);
    expect([await two.dueElsewhere(NOW), await two.dueElsewhere(plusMs(NOW, -1)), await two.nextDue()]).toEqual([true, false, undefined]);
    await lapse();
    expect([await two.dueElsewhere(NOW), await two.nextDue()]).toEqual([false, NOW]);
    await close();
  });

  test('a migration’s work stays in one hand when another copy of the rows takes over', async () => {
    const { stores, put, db, close } = await rowsFor(1);
    const [store] = stores as [(typeof stores)[0]];
    const a = migrationNumber(1);
    await put(a, 'k::x:0', NOW);
    await store.claimDue(NOW, 1, 'one', NOW);
    // As a rebuilt copy has it: the same work, in nobody's hand.
    await sql`UPDATE to_dos SET owner = NULL`.execute(db);
    expect(await store.claimDue(NOW, 1, 'two', NOW)).toEqual([]);
    await store.settle(`${a}:k::x:0`, { kind: 'done' }, 'one');
    expect(await store.claimDue(NOW, 1, 'two', NOW)).toHaveLength(1);
    await close();
  });

  test('of many who claim at once, no two have work of one migration, and nobody has the same twice', async () => {
    const { db, stores, put, close } = await rowsFor(4);
    const work = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 3 })), { minLength: 5, maxLength: 25 });
    const limits = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(work, limits, async (toDos, wanted) => {
        await sql`DELETE FROM to_dos`.execute(db);
        await sql`DELETE FROM to_do_claims`.execute(db);
        for (const [migration, key] of toDos) await put(migrationNumber(migration), `k${key}::x:0`, plusMs(NOW, -key));
        const left = new Set(toDos.map(([migration, key]) => `${migrationNumber(migration)}:k${key}::x:0`));
        const inHand = new Map<string, string>();
        /** Claims, and settles after a while in which the others claim. */
        const work = async (who: number): Promise<void> => {
          for (const [round, limit] of wanted.entries()) {
            const owner = `owner ${who}`;
            const claimed = await stores[who]!.claimDue(NOW, limit, owner, NOW);
            for (const { id, subjectId } of claimed) {
              expect([inHand.get(subjectId), left.has(id)]).toEqual([undefined, true]);
              inHand.set(subjectId, id);
            }
            for (const { id, subjectId } of claimed) {
              const done = (round + who) % 3 > 0;
              // As seen by whoever may claim it next: not in hand any more once it is being settled.
              inHand.delete(subjectId);
              if (done) left.delete(id);
              await stores[who]!.settle(id, done ? { kind: 'done' } : { kind: 'again', at: NOW, attempts: 1 }, owner);
            }
          }
        };
        await Promise.all(stores.map((_, who) => work(who)));
        for (let claimed = await stores[0]!.claimDue(NOW, 50, 'last', NOW); claimed.length > 0;) {
          for (const { id } of claimed) {
            expect(left.delete(id)).toBe(true);
            await stores[0]!.settle(id, { kind: 'done' }, 'last');
          }
          claimed = await stores[0]!.claimDue(NOW, 50, 'last', NOW);
        }
        expect([...left]).toEqual([]);
      }),
      { numRuns: 25 },
    );
    await close();
  });
});
