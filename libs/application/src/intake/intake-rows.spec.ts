import { describe, expect, test } from '@jest/globals';
import { MemoryEventStore } from '#engines/memory';
import { createCommandLoop, foldAsOf, parking, type ParkingEvent } from '#event-sourcing';
import { BEFORE_ALL, type Position } from '#kernel';
import { DEFAULT_POLICY, type Migration, type MigrationEvent, migrationDecider, migrationIdOf, migrationStreamOf } from '#migration';
import { latestMigrationOf } from '../customers/customer-migrations.ts';
import { createRegistration } from '../customers/create-registration.ts';
import { serviceEventSchemas } from '../service/event-schemas.ts';
import { createIntake } from './create-intake.ts';
import { CUSTOMER, NOW, PARTNER, customer, line, relationship } from './intake-for-spec.ts';
import { createIntakeRows } from './intake-rows.ts';

const STREAM = migrationStreamOf(migrationIdOf(PARTNER, CUSTOMER, 0));

/** A log that counts what is read of it, beside rows that follow it only when told to. */
function setUp() {
  const store = new MemoryEventStore();
  const schemas = serviceEventSchemas<MigrationEvent>();
  const clock = { now: () => NOW };
  let reads = 0;
  const counted = {
    append: store.append.bind(store),
    readStream: (...asked: Parameters<MemoryEventStore['readStream']>) => {
      reads += 1;
      return store.readStream(...asked);
    },
  };
  const commands = createCommandLoop({ store: counted, clock, decider: migrationDecider, schemas });
  const parkings = createCommandLoop({ store: counted, clock, decider: parking, schemas: serviceEventSchemas<ParkingEvent>() });
  let row: { readonly state: Migration; readonly recorded: { readonly updatedAt: typeof NOW; readonly version: number } } | undefined;
  let position: Position = BEFORE_ALL;
  let waiting = new Set<string>();
  let lately: typeof row;
  const rows = createIntakeRows({
    store,
    lately: { migration: () => lately },
    queries: {
      migrations: {
        byIds: async () => (row ? [row] : []),
      },
      deadLetters: { waiting: async () => waiting },
      positions: {
        get current() {
          return position;
        },
      },
    },
  });
  const intake = createIntake({ commands, parkings, partnerTenantId: PARTNER, clock, keyOfParked: () => Promise.resolve(undefined), rows });
  const registration = createRegistration({ commands, partnerTenantId: PARTNER, policy: DEFAULT_POLICY, clock, intake });
  async function follow(): Promise<void> {
    position = await store.head();
    const folded = await foldAsOf(store, STREAM, migrationDecider, schemas, () => true);
    row = folded?.state ? { state: folded.state, recorded: { updatedAt: NOW, version: folded.revision } } : undefined;
  }
  return {
    store,
    commands,
    intake,
    follow,
    /** As where this process keeps the rows up: it has folded what they do not show yet. */
    async foldOnly() {
      const before = { row, position };
      await follow();
      lately = row;
      ({ row, position } = before);
    },
    register: (commandId = 'c1') => registration.register({ ...customer, lines: [line] }, { commandId, actor: 'person:spec' }),
    latest: async () => (await latestMigrationOf(commands, PARTNER, CUSTOMER))!,
    waits: (key: string) => (waiting = new Set([key])),
    readsOf: async (work: () => Promise<unknown>) => {
      const before = reads;
      await work();
      return reads - before;
    },
  };
}

const accepted = (id: string) => relationship(id, 'accepted', '2026-12-05T10:00:00Z');

describe('messages about customers that the rows know', () => {
  test('act without a look into the log', async () => {
    const { intake, register, follow, readsOf } = setUp();
    await register();
    await follow();
    expect(await readsOf(async () => expect(await intake.receive(accepted('e1'))).toBe('applied'))).toBe(0);
  });

  test('act without one too where this process has folded what the rows do not show yet', async () => {
    const { intake, register, follow, foldOnly, readsOf } = setUp();
    await register();
    await follow();
    await intake.receive(accepted('e1'));
    await foldOnly();
    const removed = relationship('e2', 'removed', '2026-12-06T00:00:00Z');
    expect(await readsOf(async () => expect(await intake.receive(removed)).toBe('applied'))).toBe(0);
  });

  test('a repetition changes nothing, whether the rows show it already or not', async () => {
    const { intake, register, follow, store } = setUp();
    await register();
    await follow();
    expect(await intake.receive(accepted('e1'))).toBe('applied');
    const head = await store.head();
    expect(await intake.receive(accepted('e1'))).toBe('duplicate');
    await follow();
    expect(await intake.receive(accepted('e1'))).toBe('duplicate');
    expect(await store.head()).toBe(head);
  });

  test('where the stream has moved on beyond the rows, the log decides', async () => {
    const { intake, register, follow, commands, latest } = setUp();
    await register();
    await follow();
    const { migrationId } = await latest();
    await commands.execute(STREAM, {
      id: 'w',
      command: { type: 'Withdraw', at: NOW, reason: 'stays' },
      actor: 'person:spec',
      correlationId: migrationId,
    });
    await register('c2');
    expect(await intake.receive(accepted('e1'))).toBe('applied');
    const { generation, migration } = await latest();
    expect([generation, migration.relationshipFacts.map(({ key }) => key)]).toEqual([1, ['urn:upstream e1']]);
  });

  test('a migration that has ended before has perhaps a successor: the log is asked for it', async () => {
    const { intake, register, follow, commands, latest } = setUp();
    await register();
    const { migrationId } = await latest();
    const request = (id: string) =>
      commands.execute(STREAM, { id, command: { type: 'RequestReseller', at: NOW }, actor: 'person:spec', correlationId: migrationId });
    await request('r1');
    await intake.receive(relationship('d', 'declined', NOW));
    await register('c2');
    await request('r2');
    await follow();
    expect(await intake.receive(accepted('e1'))).toBe('applied');
    expect((await latest()).migration.relationshipFacts.map(({ key }) => key)).toEqual(['urn:upstream e1']);
  });
});

describe('messages that have to wait', () => {
  test('do so behind what this process has parked itself, though the rows know nothing of it', async () => {
    const { intake, follow, register, store } = setUp();
    await follow();
    expect(await intake.receive(accepted('e1'))).toBe('parked');
    expect(await intake.receive(relationship('e2', 'removed', '2026-12-06T00:00:00Z'))).toBe('parked');
    await register();
    const types = (await store.readAll()).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('message.'))).toEqual([
      'message.parked.v1',
      'message.parked.v1',
      'message.released.v1',
      'message.released.v1',
    ]);
  });

  test('the log is asked where the rows say so, and until they have what was there when this process began', async () => {
    const { intake, register, follow, waits, readsOf } = setUp();
    await register();
    expect(await readsOf(() => intake.receive(accepted('e1')))).toBeGreaterThan(0);
    await follow();
    waits(CUSTOMER);
    expect(await readsOf(() => intake.receive(accepted('e2')))).toBe(1);
  });
});
