import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Instant, plusMs } from '#kernel';
import { type ToDoExecutor, type ToDoHandler, createToDoExecutor } from '#event-sourcing';
import {
  type ReadModelTables,
  createOperationsTables,
  createReadModelIndexes,
  createReadModelTables,
  createSharedToDoStore,
} from '#read-models';
import { rowsOfToDos } from '../../../libs/read-models/src/to-do-rows-for-spec.ts';
import { NOW, migrationNumber } from '../../../libs/read-models/src/to-do-store-cases-for-spec.ts';
import { type PostgresForSpec, postgresForSpec, postgresIsHere } from '../../engines/postgres-for-spec.ts';
import { processOn, realDelay } from './read-models-on-postgres.ts';

jest.setTimeout(60_000);

/** The service's clock stands still all the while: leases are none of its business. */
const clock = { now: (): Instant => NOW };

(postgresIsHere ? describe : describe.skip)('work in the hands of a process that dies', () => {
  let database: PostgresForSpec;

  beforeAll(async () => {
    database = await postgresForSpec();
  });
  afterAll(() => database.close());

  test('is carried out by another one, while work in living hands stays where it is', async () => {
    const postgres = processOn(database.url, 'hand_over');
    const { queries: db, close } = postgres.database<ReadModelTables>();
    await sql`CREATE SCHEMA hand_over`.execute(db);
    await createReadModelTables(db);
    await createOperationsTables(db);
    await createReadModelIndexes(db);
    const put = rowsOfToDos(db);
    for (const number of [1, 2, 3, 4]) await put(migrationNumber(number), `k${number}::x:0`, NOW);
    // Begun by nobody before its time.
    await put(migrationNumber(5), 'later::x:0', plusMs(NOW, 1));

    const living = new AbortController();
    const worker = (owner: string, work: ToDoHandler, beats: (ms: number, signal: AbortSignal) => Promise<void>): ToDoExecutor =>
      createToDoExecutor({
        store: createSharedToDoStore(db),
        handlers: { k1: work, k2: work, k3: work, k4: work },
        clock,
        alarm: { at: () => () => undefined },
        owner,
        concurrency: 2,
        heartbeat: { delay: beats },
        projectionReached: () => Promise.resolve(),
        onExhausted: () => Promise.resolve(undefined),
      });

    // It claims, and neither settles nor beats any more.
    const dead = worker(
      'dead',
      () => new Promise(() => undefined),
      (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    dead.start();
    const claims = async (): Promise<number> => (await db.selectFrom('to_do_claims').selectAll().execute()).length;
    while ((await claims()) < 2) await realDelay(20, living.signal);

    const slow = Promise.withResolvers<undefined>();
    const ran: string[] = [];
    const all = Promise.withResolvers<undefined>();
    const alive = worker(
      'alive',
      async ({ id }) => {
        ran.push(id.slice(37));
        // Longer than a lease lasts: it is renewed.
        if (ran.length === 1) await slow.promise;
        if (ran.length === 4) all.resolve(undefined);
        return { kind: 'done' };
      },
      realDelay,
    );
    alive.start();
    await all.promise;
    slow.resolve(undefined);
    await alive.stop();
    expect([...ran].sort()).toEqual(['k1::x:0', 'k2::x:0', 'k3::x:0', 'k4::x:0']);
    const left = await db.selectFrom('to_dos').select('key').execute();
    expect(left).toEqual([{ key: 'later::x:0' }]);
    await dead.stop(AbortSignal.abort());
    await close();
    await postgres.close();
  });
});
