import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { DataFolder, SqliteEventStore } from '#engines/sqlite';
import { type CommandLoop, createCommandLoop, defineEventSchemas } from '#event-sourcing';
import { type Instant, type Position, derivedId, plusDays } from '#kernel';
import {
  DEFAULT_POLICY,
  MIGRATION_EVENT_SCHEMAS,
  type MigrationCommand,
  type MigrationEvent,
  type MigrationState,
  migrationDecider,
  migrationStreamOf,
} from '#migration';
import { followInThread } from './follow-in-thread.ts';
import type { ThreadEnd } from './read-model-thread.ts';
import { type Following, serveReadModels } from './serve-read-models.ts';
import type { FromReadModels, ToReadModels } from './thread-messages.ts';

const NOW = '2026-12-01T08:00:00.000Z' as Instant;
const LEASE = plusDays(NOW, 1);
const schemas = defineEventSchemas<MigrationEvent>(MIGRATION_EVENT_SCHEMAS);

function registration(index: number): Extract<MigrationCommand, { type: 'RegisterMigration' }> {
  return {
    type: 'RegisterMigration',
    at: NOW,
    migrationId: derivedId('migration', String(index)),
    partnerTenantId: derivedId('partner'),
    customerTenantId: derivedId('tenant', String(index)),
    customerName: `Contoso ${index}`,
    customerDomain: `contoso-${index}.example`,
    country: 'DE',
    contactEmail: null,
    wave: null,
    policy: DEFAULT_POLICY,
    lines: [
      {
        originalSubscriptionId: derivedId('original', String(index)),
        program: 'web-direct',
        offerName: 'Office 365 E3',
        skuId: derivedId('sku'),
        seats: 5,
        termEnd: '2027-06-30' as never,
        autoRenew: false,
        target: null,
      },
    ],
  };
}

describe('read models that a thread keeps up with the log', () => {
  let path: string;
  let folder: DataFolder;
  let store: SqliteEventStore;
  let commands: CommandLoop<MigrationCommand, MigrationState>;
  let asked: ToReadModels[];
  let readModels: Awaited<ReturnType<typeof follow>>;

  /** The thread's own code over a channel, in this thread: a stand-in for the worker that it runs in. */
  function served(following: Following): ThreadEnd {
    const { port1, port2 } = new MessageChannel();
    void serveReadModels(port2, following);
    return {
      postMessage(message) {
        asked.push(message);
        port1.postMessage(message);
      },
      on: (event: string, listener: (value: never) => void) =>
        port1.on((event === 'exit' ? 'close' : event) as 'message', (value: unknown) => listener(value as never)),
    };
  }

  function follow() {
    return followInThread({
      folder,
      log: folder.file('events.db'),
      onGrown: (listener) => store.onCommitted(listener),
      eventTypes: schemas.types,
      owner: 'spec',
      delay: () => new Promise(() => undefined),
      random: () => 0.5,
      onError: (error) => {
        throw error;
      },
      startThread: served,
      // The thread itself folds what is missing.
      fill: () => Promise.resolve(),
    });
  }

  async function register(index: number): Promise<{ readonly id: string; readonly position: Position }> {
    const command = registration(index);
    const id = command.migrationId;
    const outcome = await commands.execute(migrationStreamOf(id), {
      id: derivedId('command', id),
      command,
      actor: 'spec',
      correlationId: id,
    });
    if (outcome.kind !== 'applied') throw new Error(outcome.kind);
    return { id, position: outcome.position };
  }

  async function readable(position: Position): Promise<void> {
    await readModels.queries.positions.waitFor(position, Infinity);
  }

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'read-models-'));
    folder = DataFolder.open(path);
    store = await SqliteEventStore.open(folder.file('events.db'));
    commands = createCommandLoop({ store, clock: { now: () => NOW }, decider: migrationDecider, schemas });
    asked = [];
    readModels = await follow();
  });
  afterEach(async () => {
    await readModels.stop();
    await readModels.close();
    await store.close();
    folder.close();
    await rm(path, { recursive: true });
  });

  test('shows what was written to whoever waits for it, and tells which streams were touched', async () => {
    const touched: string[] = [];
    readModels.queries.positions.onCommitted((_, streams) => touched.push(...streams));
    const { id, position } = await register(1);
    await readable(position);
    expect((await readModels.queries.migrations.byId(id))?.state.customerName).toBe('Contoso 1');
    expect(touched).toContain(migrationStreamOf(id));
    await readModels.check();
    await readModels.checkFollowing();
  });

  test('claims and settles through the thread, and asks it nothing where a look says that there is nothing', async () => {
    const claim = (now: Instant) => readModels.toDos.claimDue(now, 10, 'me', LEASE);
    expect(await claim(NOW)).toEqual([]);
    expect(asked.filter(({ kind }) => kind === 'ask')).toEqual([]);
    const { id, position } = await register(1);
    await readable(position);
    expect(await claim(plusDays(NOW, -1))).toEqual([]);
    const [toDo] = await claim(NOW);
    expect(toDo).toMatchObject({ subjectId: migrationStreamOf(id) });
    expect(await claim(NOW)).toEqual([]);

    await readModels.toDos.settle(toDo!.id, { kind: 'again', at: LEASE, attempts: 1, lastError: 'not now' }, 'me');
    const before = asked.length;
    await readModels.toDos.settle(toDo!.id, { kind: 'done' }, 'me');
    expect(asked).toHaveLength(before);
    expect(await readModels.queries.toDos.ofMigration(id)).toContainEqual(expect.objectContaining({ id: toDo!.id, attempts: 1 }));

    const [other] = await claim(NOW);
    await readModels.toDos.release?.('me');
    expect(await claim(NOW)).toEqual([other]);
    await readModels.toDos.settle(other!.id, { kind: 'done' }, 'me');
    expect(await readModels.queries.toDos.ofMigration(id)).not.toContainEqual(expect.objectContaining({ id: other!.id }));
  });

  test('keeps the report of a dry run', async () => {
    await readModels.importRows.received('i', 1, true, NOW);
    await readModels.importRows.accounted(
      'i',
      [{ line: 2, outcome: 'rejected', code: 'seats-invalid', column: 'seats', hint: 'digits' } as never],
      NOW,
    );
    await readModels.importRows.ended('i', 'done', { rows: 1, accepted: 0, rejected: 1, duplicates: 0 }, null, NOW);
    expect(await readModels.queries.imports.byId('i')).toMatchObject({ state: 'done', rejected: 1 });
  });

  test('a rebuilt copy takes over with all that came in meanwhile, and the old one goes with the last reader', async () => {
    const first = await register(1);
    await readable(first.position);
    const rebuilding = readModels.rebuild(() => undefined);
    const second = await register(2);
    await rebuilding;
    const third = await register(3);
    await readable(third.position);
    for (const { id } of [first, second, third]) expect(await readModels.queries.migrations.byId(id)).toBeDefined();
    expect((await readFile(join(path, 'read-models.current'), 'utf8')).endsWith('.2.db')).toBe(true);
    await readModels.stop();
    await readModels.close();
    expect((await readdir(path)).filter((file) => /\.1\.db/.test(file))).toEqual([]);
    readModels = await follow();
    expect(await readModels.queries.migrations.byId(third.id)).toBeDefined();
  });

  test('a thread that comes after another tells of the commits that the other could not tell of', async () => {
    const { id, position } = await register(1);
    await readable(position);
    await readModels.stop();
    const told: FromReadModels[] = [];
    const { port1, port2 } = new MessageChannel();
    const ready = new Promise<void>((resolve) => {
      port1.on('message', (message: FromReadModels) => {
        told.push(message);
        if (message.kind === 'ready') resolve();
      });
    });
    await serveReadModels(port2, {
      log: folder.file('events.db'),
      copy: join(path, (await readFile(join(path, 'read-models.current'), 'utf8')).trim()),
      operations: folder.file('operations.db'),
      owner: 'spec',
      eventTypes: schemas.types,
      toldUpTo: -1n as Position,
      grown: new Int32Array(new SharedArrayBuffer(4)),
    });
    await ready;
    expect(told).toContainEqual({ kind: 'committed', position, streams: [migrationStreamOf(id)] });
    const gone = new Promise((resolve) => port1.on('close', resolve));
    port1.postMessage({ kind: 'ask', number: 1, work: 'stop', details: [] } satisfies ToReadModels);
    await gone;
  });

  test('refuses what is asked after the stop', async () => {
    await readModels.stop();
    await expect(readModels.importRows.received('i', 1, true, NOW)).rejects.toThrow('were stopped');
  });
});
