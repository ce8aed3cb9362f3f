import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { plusDays } from '#kernel';
import { openReadModelDatabase } from '#engines/sqlite';
import type { ReadModelTables } from '#read-models';
import {
  type Rows,
  describeMigrationRows,
  everything,
  filterOf,
  lives,
  rowsOf,
  sortOf,
} from '../../../libs/read-models/src/migration-row-cases-for-spec.ts';
import { describeCheckpoint } from '../../../libs/read-models/src/checkpoint-cases-for-spec.ts';
import { START, historyForSpec } from '../../../libs/read-models/src/migrations-for-spec.ts';
import { type PostgresForSpec, postgresForSpec, postgresIsHere } from '../../engines/postgres-for-spec.ts';
import { emptySchemas } from './read-models-on-postgres.ts';

jest.setTimeout(120_000);

(postgresIsHere ? describe : describe.skip)('on a PostgreSQL server', () => {
  let database: PostgresForSpec;
  let open: ReturnType<typeof emptySchemas>;

  beforeAll(async () => {
    database = await postgresForSpec();
    open = emptySchemas(database.url);
  });
  afterAll(() => database.close());

  describeCheckpoint('the checkpoint', () => open());
  describeMigrationRows('the rows of migrations', { open: () => open(), runs: 8 });

  test('every question has the same answer as on SQLite, in the same order', async () => {
    const questions = fc.array(fc.tuple(filterOf, sortOf, fc.boolean(), fc.integer({ min: 1, max: 7 })), { minLength: 8, maxLength: 8 });
    const batches = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(lives, batches, questions, async (some, sizes, asked) => {
        const history = historyForSpec(some);
        const { queries: db, close } = openReadModelDatabase<ReadModelTables>(':memory:');
        const sqlite = await rowsOf({ db, close }, history, sizes);
        const postgres = await rowsOf(await open(), history, sizes);
        try {
          const now = plusDays(START, 20);
          const answers = async (rows: Rows) => {
            const lists = [];
            for (const [filter, sort, descending, limit] of asked) {
              lists.push(await everything(rows, { filter, sort, descending }, limit, now));
              lists.push(await rows.bounded.count(filter, now), await rows.migrations.ids(filter, now, 1_000));
            }
            const toDos = await rows.toDos.list({ limit: 1_000 });
            const ofKind = await rows.toDos.list({ limit: 1_000, kind: 'send-invitation', dueBefore: plusDays(START, 60) });
            return {
              lists,
              overview: await rows.overview(now),
              toDos: toDos.items,
              ofKind: ofKind.items,
              counts: await rows.toDos.counts(now),
            };
          };
          expect(await answers(postgres)).toEqual(await answers(sqlite));
        } finally {
          await sqlite.close();
          await postgres.close();
        }
      }),
      { numRuns: 8 },
    );
  });
});
