import { randomUUID } from 'node:crypto';
import { afterEach, expect, jest, test } from '@jest/globals';
import { describeWithEngine } from '#conformance';
import { type MessageBus, type PlannedTopic, topicPlan } from '#messaging';
import { createKafkaTopics } from './create-topics.ts';
import { kafkaClient } from './kafka-client.ts';
import { openKafkaMessageBus } from './kafka-message-bus.ts';

// A group that is shared out anew takes seconds, and longer on a machine that does much else.
jest.setTimeout(60_000);

describeWithEngine('KAFKA_BROKERS', (address) => {
  const brokers = address.split(',');
  const opened: MessageBus[] = [];
  const openBus = (onConsumerLost: (error: unknown) => void = () => undefined): MessageBus => {
    const bus = openKafkaMessageBus({ brokers, fetchWaitMs: 50, rebuildAfter: { baseMs: 20, capMs: 50 }, onConsumerLost });
    opened.push(bus);
    return bus;
  };
  afterEach(async () => {
    for (const bus of opened.splice(0)) await bus.close();
  });

  /** The contract's topics, under names of this case's own. */
  function ownPlan(): readonly PlannedTopic[] {
    const prefix = `spec-${randomUUID()}-`;
    return topicPlan({ partitions: 3, replication: 1 }).map((planned) => ({ ...planned, name: prefix + planned.name }));
  }

  test('the topics of the plan are created once, and what is there with other settings is told and left alone', async () => {
    const plan = ownPlan();
    const names = plan.map(({ name }) => name);
    expect(await createKafkaTopics({ brokers }, plan)).toEqual({ created: names, existing: [], differences: [] });
    expect(await createKafkaTopics({ brokers }, plan)).toEqual({ created: [], existing: names, differences: [] });
    const [first, ...others] = plan;
    const other: PlannedTopic = { ...first!, partitions: 5, cleanup: 'compact', retentionMs: 60_000 };
    const differing = await createKafkaTopics({ brokers }, [other, ...others]);
    expect(differing.differences).toEqual([
      { topic: other.name, setting: 'partitions', planned: '5', found: '3' },
      { topic: other.name, setting: 'cleanup.policy', planned: 'compact', found: 'delete' },
      { topic: other.name, setting: 'retention.ms', planned: '60000', found: String(first!.retentionMs) },
    ]);
    expect(await createKafkaTopics({ brokers }, plan)).toMatchObject({ differences: [] });
  });

  test('a topic that does not exist is not created by the way, neither by who publishes nor by who consumes', async () => {
    const [planned] = ownPlan();
    const lost: unknown[] = [];
    const bus = openBus((error) => lost.push(error));
    await expect(bus.publish(planned!.name, [{ key: 'a', headers: {}, value: '1' }])).rejects.toMatchObject({ code: 'topic-missing' });
    const seen: string[] = [];
    const consumer = await bus.consume({
      group: planned!.name,
      topics: [planned!.name],
      handle: async (messages) => {
        seen.push(...messages.map(({ value }) => value));
      },
    });
    expect(lost[0]).toMatchObject({ code: 'topic-missing' });
    await expect(bus.check()).rejects.toMatchObject({ code: 'topic-missing' });
    expect(await createKafkaTopics({ brokers }, [planned!])).toMatchObject({ created: [planned!.name] });
    await bus.publish(planned!.name, [{ key: 'a', headers: {}, value: '1' }]);
    await consumer.caughtUp();
    expect(seen).toEqual(['1']);
    await bus.check();
  });

  test('records that are no messages stop nothing: tombstones are passed over, bytes come in base64', async () => {
    const [planned] = ownPlan();
    await createKafkaTopics({ brokers }, [{ ...planned!, partitions: 1 }]);
    const producer = kafkaClient({ brokers }).producer();
    await producer.connect();
    const bytes = Buffer.from([0, 255, 1]);
    const values = [Buffer.from('first'), null, bytes, null];
    await producer.send({ topic: planned!.name, messages: values.map((value) => ({ key: null, value })) });
    await producer.disconnect();
    const bus = openBus();
    const seen: string[] = [];
    const consumer = await bus.consume({
      group: planned!.name,
      topics: [planned!.name],
      batchSize: 2,
      handle: async (messages) => {
        seen.push(...messages.map(({ value }) => value));
      },
    });
    await consumer.caughtUp();
    expect(seen).toEqual(['first', bytes.toString('base64')]);
    expect(await consumer.lag()).toBe(0n);
  });

  test('more than a broker takes in one batch goes out in several, in order', async () => {
    const [planned] = ownPlan();
    await createKafkaTopics({ brokers }, [planned!]);
    const bus = openBus();
    const wide = 'x'.repeat(100 * 1024);
    const sent = Array.from({ length: 60 }, (_, index) => ({ key: `key-${index % 2}`, headers: {}, value: `${index} ${wide}` }));
    await bus.publish(planned!.name, sent);
    const seen: string[] = [];
    const consumer = await bus.consume({
      group: planned!.name,
      topics: [planned!.name],
      handle: async (messages) => {
        seen.push(...messages.map(({ value }) => value.split(' ')[0]!));
      },
    });
    await consumer.caughtUp();
    const of = (rest: number): string[] => seen.filter((value) => Number(value) % 2 === rest);
    const expected = (rest: number): string[] => Array.from({ length: 30 }, (_, index) => String(index * 2 + rest));
    expect([of(0), of(1)]).toEqual([expected(0), expected(1)]);
  });

  test('what marks the end of a transaction is never handed over, and no reason to seem behind', async () => {
    const [planned] = ownPlan();
    await createKafkaTopics({ brokers }, [{ ...planned!, partitions: 1 }]);
    const producer = kafkaClient({ brokers }).producer({ transactionalId: planned!.name, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    for (const [value, end] of [
      ['kept', 'commit'],
      ['dropped', 'abort'],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: planned!.name, messages: [{ key: 'a', value }] });
      await transaction[end]();
    }
    await producer.disconnect();
    const seen: string[] = [];
    const consumer = await openBus().consume({
      group: planned!.name,
      topics: [planned!.name],
      handle: async (messages) => {
        seen.push(...messages.map(({ value }) => value));
      },
    });
    await consumer.caughtUp();
    expect(seen).toEqual(['kept']);
    expect(await consumer.lag()).toBe(0n);
  });
});

test('brokers that do not answer: nothing crashes, and the check says so', async () => {
  const lost: unknown[] = [];
  const bus = openKafkaMessageBus({ brokers: ['127.0.0.1:1'], onConsumerLost: (error) => lost.push(error), checkWithinMs: 2_000 });
  const consumer = await bus.consume({ group: 'g', topics: ['t'], handle: () => Promise.resolve() });
  expect(lost[0]).toMatchObject({ code: 'broker-unreachable' });
  await expect(bus.check()).rejects.toMatchObject({ code: 'broker-unreachable' });
  await expect(bus.publish('t', [{ key: 'a', headers: {}, value: '1' }])).rejects.toMatchObject({ code: 'broker-unreachable' });
  const waiting = consumer.caughtUp();
  const told = expect(waiting).rejects.toMatchObject({ code: 'consumer-stopped' });
  await consumer.stop();
  await told;
  await bus.close();
});
