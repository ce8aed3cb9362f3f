import { describe, expect, test } from '@jest/globals';
import { MemoryMessageBus } from '#engines/memory';
import { BEFORE_ALL, type Instant, type Position } from '#kernel';
import { type CloudEventJson, MIGRATION_STATUS_TYPE, type Message, type MessageBus, TOPICS, readBusMessage } from '#messaging';
import { type MigrationSummary, migrationStreamOf, summaryOf } from '#migration';
import { NOW, PARTNER, original, relationship, setUp } from '../intake/intake-for-spec.ts';
import { serviceEventSchemas } from '../service/event-schemas.ts';
import type { LatestSummaries } from './latest-summaries.ts';
import { type RelayOptions, runRelay } from './relay.ts';

const TRACE = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };

async function turns(until: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await until())) await new Promise((resolve) => setImmediate(resolve));
}

/** A customer with a history, and a relay that publishes it; `checkpoint.saved` outlives the relay, as a table would. */
async function relayed(options: Partial<RelayOptions> = {}) {
  const { store, commands, intake, register } = setUp();
  const bus = new MemoryMessageBus({ firstMs: 1, longestMs: 5 });
  const checkpoint = { saved: BEFORE_ALL };
  const summaries: LatestSummaries = async (revisions) => {
    const loaded = await Promise.all([...revisions.keys()].map((id) => commands.load(migrationStreamOf(id))));
    return loaded.flatMap((found): MigrationSummary[] =>
      found?.state ? [summaryOf(found.state, { updatedAt: NOW, version: found.revision }, NOW)] : [],
    );
  };
  const start = (more: Partial<RelayOptions> = {}) =>
    runRelay({
      store,
      bus,
      schemas: serviceEventSchemas(),
      checkpoint: {
        load: () => Promise.resolve(checkpoint.saved),
        save: async (position) => {
          checkpoint.saved = position;
        },
      },
      summaries,
      partnerTenantId: PARTNER,
      clock: { now: () => NOW },
      delay: () => new Promise((resolve) => setImmediate(resolve)),
      random: () => 0,
      ...options,
      ...more,
    });
  const history = async (): Promise<void> => {
    await register();
    await intake.receive(relationship('e1', 'accepted', '2026-12-05T10:00:00Z'));
    await intake.receive(original('e2', 'renewed', '2026-12-06T10:00:00Z', { termEnd: '2027-12-31' }));
    await intake.receive({ ok: false, payload: 'poison', detail: 'poison' });
  };
  const publicEvents = async () => (await store.readAll()).filter(({ type }) => type.startsWith('migration.'));
  const reached = async (): Promise<boolean> => checkpoint.saved === (await store.head());
  return { store, bus, checkpoint, start, history, publicEvents, reached };
}

async function eventsOn(bus: MessageBus, topic: string): Promise<readonly CloudEventJson[]> {
  const messages: Message[] = [];
  const consumer = await bus.consume({
    group: 'spec',
    topics: [topic],
    handle: async (list) => {
      messages.push(...list);
    },
  });
  await consumer.caughtUp();
  await consumer.stop();
  return messages.flatMap((message) => readBusMessage(message).flatMap((incoming) => (incoming.ok ? [incoming.event] : [])));
}

describe('the relay', () => {
  test('publishes every event of a migration in order, without what is personal, and nothing of other parts', async () => {
    const { bus, start, history, publicEvents, reached } = await relayed();
    await history();
    const relay = start();
    await turns(reached);
    await relay.stop();
    const published = await eventsOn(bus, TOPICS.migrationEvents);
    expect(published.map(({ id }) => id)).toEqual((await publicEvents()).map(({ eventId }) => eventId));
    expect(published[0]).toMatchObject({ type: 'migration.registered.v1', source: `urn:cutover:${PARTNER}` });
    for (const pointer of serviceEventSchemas().personalPointers('migration.registered.v1'))
      expect(published[0]!.data).not.toHaveProperty(pointer.split('/')[1]!);
  });

  test('publishes one status for each migration of a batch, of the state at its end or later', async () => {
    const { bus, start, history, publicEvents, reached } = await relayed();
    await history();
    const relay = start();
    await turns(reached);
    await relay.stop();
    const last = (await publicEvents()).at(-1)!;
    const statuses = await eventsOn(bus, TOPICS.migrationStatus);
    expect(statuses).toMatchObject([{ type: MIGRATION_STATUS_TYPE, data: { stage: 'accepted', version: last.revision } }]);
  });

  test('killed between publishing and saving: the batch comes again at the seam, in order, and nothing is lost', async () => {
    const { bus, checkpoint, start, history, publicEvents, reached } = await relayed({ batchSize: 1 });
    await history();
    const killed = Promise.withResolvers<undefined>();
    const dying = start({
      checkpoint: {
        load: () => Promise.resolve(checkpoint.saved),
        save: async (position: Position) => {
          if (position > 0n) {
            killed.resolve(undefined);
            // Whoever is killed never comes back from it.
            await new Promise<never>(() => undefined);
          }
          checkpoint.saved = position;
        },
      },
    });
    await killed.promise;
    expect(checkpoint.saved).toBe(0n);
    void dying.stop();
    const next = start();
    await turns(reached);
    await next.stop();
    const ids = (await eventsOn(bus, TOPICS.migrationEvents)).map(({ id }) => id);
    const wanted = (await publicEvents()).map(({ eventId }) => eventId);
    expect(ids).toEqual([...wanted.slice(0, 2), ...wanted.slice(1)]);
  });

  test('a bus that is down is waited for, and the health says so meanwhile', async () => {
    const { bus, start, history, publicEvents, reached } = await relayed();
    await history();
    let refusals = 5;
    const relay = start({
      bus: {
        publish: async (topic, messages) => {
          if (refusals > 0) {
            refusals -= 1;
            throw new Error('the bus is down');
          }
          await bus.publish(topic, messages);
        },
      },
    });
    await turns(() => refusals === 0);
    await turns(reached);
    expect(relay.health()).toMatchObject({ running: true });
    await relay.stop();
    expect((await eventsOn(bus, TOPICS.migrationEvents)).map(({ id }) => id)).toEqual((await publicEvents()).map(({ eventId }) => eventId));
    expect(relay.health()).toMatchObject({ running: false });
  });

  test('says what is wrong while the bus is down, and can be stopped then', async () => {
    const { start, history, checkpoint } = await relayed();
    await history();
    const relay = start({ bus: { publish: () => Promise.reject(new Error('the bus is down')) } });
    await turns(() => relay.health().lastError !== undefined);
    expect(relay.health()).toMatchObject({ running: false, lastError: { message: 'the bus is down', at: NOW satisfies Instant } });
    await relay.stop();
    expect(checkpoint.saved).toBe(BEFORE_ALL);
  });

  test('in binary mode, with the trace of what caused an event', async () => {
    const { bus, start, history, reached } = await relayed({ outgoingMode: 'binary', traces: { of: () => TRACE } });
    await history();
    const relay = start();
    await turns(reached);
    await relay.stop();
    const [first] = await eventsOn(bus, TOPICS.migrationEvents);
    expect(first).toMatchObject({ type: 'migration.registered.v1', ...TRACE, data: expect.objectContaining({ country: 'US' }) });
  });
});
