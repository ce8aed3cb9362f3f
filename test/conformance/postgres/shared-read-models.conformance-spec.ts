import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { type EventToAppend, type Instant, type Position, derivedId } from '#kernel';
import { type SharedReadModelsOptions, serviceEventSchemas, shareReadModels, type ReadModels } from '#application';
import { MemoryEventStore } from '#engines/memory';
import { openPostgresReadModels } from '#engines/postgres';
import { type ReadModelTables, createOperationsTables, createReadModelIndexes, createReadModelTables } from '#read-models';
import { historyForSpec } from '../../../libs/read-models/src/migrations-for-spec.ts';
import { type PostgresForSpec, postgresForSpec, postgresIsHere } from '../../engines/postgres-for-spec.ts';
import { processOn, realDelay } from './read-models-on-postgres.ts';

jest.setTimeout(120_000);

const NOW = '2026-12-20T08:00:00.000Z' as Instant;
const history = historyForSpec(Array.from({ length: 30 }, (_, variant) => ({ steps: 10, variant })));

(postgresIsHere ? describe : describe.skip)('read models that several processes share', () => {
  let database: PostgresForSpec;
  let store: MemoryEventStore;
  let schemas = 0;
  let schema = '';
  let written = 0;
  const running: ProcessForSpec[] = [];

  interface ProcessForSpec {
    readonly models: ReadModels;
    readonly errors: unknown[];
    stop(): Promise<void>;
    /** As its death: its sessions end, and nothing of it goes on. */
    die(): Promise<void>;
  }

  beforeAll(async () => {
    database = await postgresForSpec({ own: true });
  });
  beforeEach(() => {
    store = new MemoryEventStore();
    schema = `shared_${(schemas += 1)}`;
    written = 0;
  });
  afterEach(async () => {
    for (const each of running.splice(0)) await each.stop();
  });
  afterAll(() => database.close());

  async function aProcess(owner: string, more: Partial<SharedReadModelsOptions> = {}): Promise<ProcessForSpec> {
    const postgres = processOn(database.url, schema);
    const engine = openPostgresReadModels<ReadModelTables>(postgres, {
      version: 3,
      makeTables: createReadModelTables,
      makeIndexes: createReadModelIndexes,
      makeOperationsTables: createOperationsTables,
    });
    const errors: unknown[] = [];
    const models = await shareReadModels({
      engine,
      soleWork: postgres.soleWork,
      store,
      schemas: serviceEventSchemas(),
      clock: { now: () => NOW },
      delay: realDelay,
      random: () => 0,
      owner,
      follows: true,
      onError: (error) => errors.push(error),
      ...more,
    });
    let stopped: Promise<void> | undefined;
    const end = async (first: () => Promise<void>): Promise<void> => {
      await first();
      await models.stop();
      await engine.close();
      await postgres.close();
    };
    const process: ProcessForSpec = {
      models,
      errors,
      stop: () => (stopped ??= end(() => Promise.resolve())),
      // The session that holds the work ends first: what it does afterwards is what a process that hangs would do.
      die: () => (stopped ??= end(() => postgres.close())),
    };
    running.push(process);
    return process;
  }

  /** Appends the next so many events of the history, each to its stream. */
  async function write(count: number): Promise<Position> {
    let position = -1n as Position;
    for (const event of history.events.slice(written, (written += count))) {
      const { eventId, type, data, metadata } = event;
      const toAppend: EventToAppend = { eventId, type, data, metadata };
      const result = await store.append(event.streamId, 'any', [toAppend]);
      position = result.position;
    }
    return position;
  }

  /** Everything that is asked of the rows, without what is numbered by a copy. */
  async function everything({ models: { queries } }: ProcessForSpec) {
    const list = await queries.migrations.list({ filter: {}, sort: 'registeredAt', descending: false, limit: 200 }, NOW);
    const toDos = await queries.toDos.list({ limit: 500 });
    // Of those that are due at the same moment, the earlier written is first: where batches end is a matter of time.
    const byId = [...toDos.items].sort((a, b) => (a.id < b.id ? -1 : 1));
    return { overview: await queries.overview(NOW), migrations: list.items, toDos: byId };
  }

  const isFollowed = async ({ models }: ProcessForSpec): Promise<void> => {
    for (;;) {
      try {
        await models.checkFollowing();
        return;
      } catch {
        await realDelay(50, new AbortController().signal);
      }
    }
  };

  test('one follows the log, all hear of it', async () => {
    const asking = await aProcess('api', { follows: false });
    await expect(asking.models.checkFollowing()).rejects.toThrow('no process has followed the log yet');
    const [one, two] = [await aProcess('worker 1'), await aProcess('worker 2')];
    const heard = new Set<string>();
    asking.models.queries.positions.onCommitted((_, keys) => keys.forEach((key) => heard.add(key)));
    const position = await write(60);
    for (const each of [asking, one, two]) await each.models.queries.positions.waitFor(position, Infinity);
    expect(await everything(asking)).toEqual(await everything(one));
    expect((await everything(asking)).migrations.length).toBeGreaterThan(10);
    const streams = new Set(history.events.slice(0, 60).map(({ streamId }) => streamId));
    while (heard.size < streams.size) await realDelay(20, new AbortController().signal);
    expect(heard).toEqual(streams);
    for (const each of [asking, one, two]) await isFollowed(each);
    const { rows } = await sql<{
      owners: number;
    }>`SELECT count(DISTINCT owner) AS owners FROM ${sql.table(`${schema}.read_model_follower`)}`.execute(asking.models.operations);
    expect(rows).toEqual([{ owners: 1 }]);
  });

  test('another takes over from one that is gone, and from one that hangs and comes back', async () => {
    const asking = await aProcess('api', { follows: false });
    const first = await aProcess('worker 1');
    await asking.models.queries.positions.waitFor(await write(40), Infinity);
    const second = await aProcess('worker 2');
    const dying = first.die();
    await asking.models.queries.positions.waitFor(await write(40), Infinity);
    await dying;
    const third = await aProcess('worker 3');
    // The session that holds the lock ends under a process that goes on: the fence keeps its rows from being counted twice.
    for (let round = 0; round < 3; round += 1) {
      await sql`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`.execute(
        asking.models.operations,
      );
      await asking.models.queries.positions.waitFor(await write(20), Infinity);
    }
    const alone = await reference();
    expect(await everything(asking)).toEqual(alone);
    for (const each of [second, third]) expect(await everything(each)).toEqual(alone);
  });

  /** What one process makes of the same log, from the beginning. */
  async function reference() {
    const before = schema;
    schema = `${before}_alone_${(schemas += 1)}`;
    const alone = await aProcess('alone');
    await alone.models.queries.positions.waitFor(await store.head(), Infinity);
    const answer = await everything(alone);
    schema = before;
    return answer;
  }

  test('a rebuild that a process asks for which does not follow takes over everywhere, in one step', async () => {
    const asking = await aProcess('api', { follows: false });
    const worker = await aProcess('worker');
    await asking.models.queries.positions.waitFor(await write(100), Infinity);
    const before = await everything(asking);
    await sql`UPDATE ${sql.table(`${schema}_read_models_v3_1.migrations`)} SET customer_name = 'spoilt'`.execute(asking.models.operations);
    await sql`DELETE FROM ${sql.table(`${schema}_read_models_v3_1.tallies`)}`.execute(asking.models.operations);
    expect(await everything(asking)).not.toEqual(before);
    const told: number[] = [];
    const rebuilding = asking.models.rebuild((events) => told.push(events));
    const position = await write(50);
    await rebuilding;
    expect(told.at(-1)).toBeGreaterThanOrEqual(0);
    for (const each of [asking, worker]) await each.models.queries.positions.waitFor(position, Infinity);
    const alone = await reference();
    expect(await everything(asking)).toEqual(alone);
    while (JSON.stringify(await everything(worker)) !== JSON.stringify(alone)) await realDelay(20, new AbortController().signal);
    await asking.models.queries.positions.waitFor(await write(10), Infinity);
    expect(await everything(asking)).toEqual(await reference());
  });

  test('a server that is killed in the middle loses nothing and doubles nothing', async () => {
    const asking = await aProcess('api', { follows: false });
    const workers = [await aProcess('worker 1'), await aProcess('worker 2')];
    await asking.models.queries.positions.waitFor(await write(40), Infinity);
    for (let round = 0; round < 2; round += 1) {
      const restarting = database.server!.restart('SIGKILL');
      const position = await write(30);
      await restarting;
      await asking.models.queries.positions.waitFor(position, Infinity);
    }
    const alone = await reference();
    for (const each of [asking, ...workers]) expect(await everything(each)).toEqual(alone);
    await isFollowed(asking);
    await asking.models.check();
  });

  test('begins while the server is away, says so, and works when it is there', async () => {
    const away = processOn('postgres://postgres@127.0.0.1:1/postgres', schema);
    const models = await shareReadModels({
      engine: openPostgresReadModels<ReadModelTables>(away, {
        version: 3,
        makeTables: createReadModelTables,
        makeIndexes: createReadModelIndexes,
        makeOperationsTables: createOperationsTables,
      }),
      soleWork: away.soleWork,
      store,
      schemas: serviceEventSchemas(),
      clock: { now: () => NOW },
      delay: realDelay,
      random: () => 0,
      owner: derivedId('away'),
      follows: true,
      onError: () => undefined,
    });
    await expect(models.check()).rejects.toMatchObject({ code: 'postgres-unreachable' });
    await expect(models.checkFollowing()).rejects.toMatchObject({ code: 'postgres-unreachable' });
    expect(() => models.queries.overview).toThrow('not been reached');
    await expect(models.toDos.nextDue()).rejects.toMatchObject({ code: 'read-models-unavailable' });
    await models.stop();
    await away.close();
  });
});
