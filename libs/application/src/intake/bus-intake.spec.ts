import { describe, expect, jest, test } from '@jest/globals';
import { MemoryMessageBus } from '#engines/memory';
import { type IncomingEvent, type Message, type MessageBus, type ReceivedMessage, TOPICS, deadLetterTopicOf } from '#messaging';
import { type BusIntakeOptions, createBusIntake } from './bus-intake.ts';
import { CUSTOMER, NOW, PARTNER, relationship, setUp } from './intake-for-spec.ts';
import { TraceContexts } from './trace-contexts.ts';

const TOPIC = TOPICS.customerRelationships;
const DEAD_LETTERS = deadLetterTopicOf(TOPIC);
const TRACE = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };

function received(value: string, headers: Readonly<Record<string, string>> = {}, offset = 0n): ReceivedMessage {
  return { topic: TOPIC, partition: 0, offset, key: CUSTOMER, headers, value };
}

function textOf(incoming: IncomingEvent): string {
  return JSON.stringify(incoming.ok ? incoming.event : incoming.payload);
}

function busIntake(options: Partial<BusIntakeOptions> = {}) {
  const { intake, register, store } = setUp();
  const bus = new MemoryMessageBus({ firstMs: 1, longestMs: 5 });
  const onError = jest.fn();
  const handle = createBusIntake({ intake, bus, partnerTenantId: PARTNER, onError, ...options });
  return { handle, register, store, bus, onError };
}

async function deadLettersIn(bus: MessageBus): Promise<readonly Message[]> {
  const letters: Message[] = [];
  const consumer = await bus.consume({
    group: 'spec',
    topics: [DEAD_LETTERS],
    handle: async (messages) => {
      letters.push(...messages.map(({ key, headers, value }) => ({ key, headers, value })));
    },
  });
  await consumer.caughtUp();
  await consumer.stop();
  return letters;
}

describe('what a topic brings', () => {
  test('is of no use by its own fault: it is parked, and goes to the dead letters as it came, with why', async () => {
    const { handle, register, bus, store } = busIntake();
    await register();
    const poison = received('\u0000 poison', { 'x-from': 'crm' }, 1n);
    const foreign = received(textOf(relationship('b', 'accepted', NOW, '77777777-7777-4777-8777-777777777777')), TRACE, 2n);
    await handle([received(textOf(relationship('a', 'accepted', NOW))), poison, foreign]);
    expect(await deadLettersIn(bus)).toMatchObject([
      { key: CUSTOMER, value: poison.value, headers: { 'x-from': 'crm', reason: 'no-cloud-event', attempts: '1' } },
      { key: CUSTOMER, value: foreign.value, headers: { ...TRACE, reason: 'other-partner', attempts: '1' } },
    ]);
    const types = (await store.readAll()).map(({ type }) => type);
    expect(types.filter((type) => type === 'message.parked.v1')).toHaveLength(2);
    expect(types).toContain('migration.accepted.v1');
  });

  test('lacks its customer: it waits, and is no dead letter', async () => {
    const { handle, bus } = busIntake();
    await handle([received(textOf(relationship('a', 'accepted', NOW)))]);
    expect(await deadLettersIn(bus)).toEqual([]);
  });

  test('of several events in one message only the bad one is a dead letter', async () => {
    const { handle, register, bus } = busIntake();
    await register();
    const good: unknown = JSON.parse(textOf(relationship('a', 'accepted', NOW)));
    await handle([received(JSON.stringify([good, { id: 'b', nothing: 'else' }]))]);
    const letters = await deadLettersIn(bus);
    expect(letters.map(({ value }) => JSON.parse(value) as unknown)).toEqual([{ id: 'b', nothing: 'else' }]);
  });

  test('is handed over again while its dead letter cannot be published, and not held up where it never can be', async () => {
    const failing = (code: string) => ({ publish: () => Promise.reject(Object.assign(new Error('no'), { code })) });
    const down = busIntake({ bus: failing('broker-unreachable') });
    await expect(down.handle([received('poison')])).rejects.toMatchObject({ code: 'broker-unreachable' });
    const missing = busIntake({ bus: failing('topic-missing') });
    await missing.handle([received('poison')]);
    expect(missing.onError).toHaveBeenCalledWith(expect.objectContaining({ code: 'topic-missing' }));
  });

  test('has a trace: it is known by what was recorded because of it', async () => {
    const traces = new TraceContexts();
    const { handle, register, store } = busIntake({ traces });
    await register();
    await handle([received(textOf(relationship('a', 'accepted', NOW)), TRACE)]);
    const accepted = (await store.readAll()).find(({ type }) => type === 'migration.accepted.v1');
    expect(traces.of(accepted!.metadata.causationId)).toEqual(TRACE);
    expect(traces.of('another')).toBeUndefined();
  });
});
