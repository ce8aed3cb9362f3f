import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKafkaTopics, openKafkaMessageBus } from '#engines/kafka';
import type { Message, PlannedTopic } from '#messaging';
import { BROKER_LOGIN, type KafkaBroker, startKafkaBroker } from './kafka-broker.ts';
import { hasKafkaJars } from './kafka-jars.ts';

const MESSAGES = 400;
const KEYS = 8;
const TOPIC: PlannedTopic = {
  name: 't',
  partitions: 4,
  replication: 1,
  cleanup: 'delete',
  retentionMs: null,
  largestMessageBytes: 2_097_152,
};

const canStart = hasKafkaJars() || process.env.CI === 'true';
const describeWithJars = canStart ? describe : describe.skip;

describeWithJars(`a broker of one's own${canStart ? '' : ' (no broker to start: run `npm run engines:up` once)'}`, () => {
  let folder: string;
  let broker: KafkaBroker;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cutover-kafka-'));
    broker = await startKafkaBroker(folder);
  }, 120_000);

  afterAll(async () => {
    await broker.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('refuses whoever does not know the login, and says so; whoever knows it is let in', async () => {
    const brokers = [broker.addressWithLogin];
    const known = openKafkaMessageBus({ brokers, login: BROKER_LOGIN });
    await known.check();
    await known.close();
    const stranger = openKafkaMessageBus({ brokers, login: { ...BROKER_LOGIN, password: 'a guess' } });
    await expect(stranger.check()).rejects.toMatchObject({ code: 'broker-login-refused' });
    await stranger.close();
  }, 60_000);

  test('is killed and comes back: nothing is lost, and the order of each key is kept', async () => {
    const brokers = [broker.address];
    await createKafkaTopics({ brokers }, [TOPIC]);
    const bus = openKafkaMessageBus({ brokers, rebuildAfter: { baseMs: 50, capMs: 500 }, checkWithinMs: 2_000, fetchWaitMs: 50 });
    const all = Array.from({ length: MESSAGES }, (_, index): Message => ({
      key: `key-${index % KEYS}`,
      headers: {},
      value: String(index),
    }));
    const seen: Message[] = [];
    const half = Promise.withResolvers<undefined>();
    const back = Promise.withResolvers<undefined>();
    const consumer = await bus.consume({
      group: 'g',
      topics: [TOPIC.name],
      batchSize: 10,
      async handle(messages) {
        if (seen.length >= MESSAGES / 4) {
          half.resolve(undefined);
          await back.promise;
        }
        seen.push(...messages);
      },
    });
    await bus.publish(TOPIC.name, all.slice(0, MESSAGES / 2));
    await half.promise;
    await broker.kill();
    await expect(bus.check()).rejects.toMatchObject({ code: 'broker-unreachable' });
    // What is in hand cannot be committed now: it comes again.
    back.resolve(undefined);
    broker = await startKafkaBroker(folder);
    await bus.publish(TOPIC.name, all.slice(MESSAGES / 2));
    await consumer.caughtUp();
    await bus.check();
    for (let key = 0; key < KEYS; key += 1) {
      const firstTimes = [...new Set(seen.filter((message) => message.key === `key-${key}`).map(({ value }) => Number(value)))];
      expect(firstTimes).toEqual(Array.from({ length: MESSAGES / KEYS }, (_, index) => index * KEYS + key));
    }
    await bus.close();
  }, 120_000);
});
