import { expect, test } from '@jest/globals';
import type { Consumer as KafkaJsConsumer, ConsumerRunConfig, EachBatchPayload } from 'kafkajs';
import { KafkaConsumer } from './kafka-consumer.ts';

/** One member of a group in the hands of the test: it hands over batches and shares the group out anew. */
class DrivenMember {
  readonly events = { GROUP_JOIN: 'join' };
  readonly #joined: ((event: { readonly payload: object }) => void)[] = [];
  readonly #running = Promise.withResolvers<ConsumerRunConfig>();

  on(event: string | undefined, listener: (event: { readonly payload: object }) => void): () => void {
    if (event === 'join') this.#joined.push(listener);
    return () => undefined;
  }

  readonly connect = () => Promise.resolve();
  readonly disconnect = () => Promise.resolve();
  readonly subscribe = () => Promise.resolve();

  run(config: ConsumerRunConfig): Promise<void> {
    this.#running.resolve(config);
    return Promise.resolve();
  }

  isGiven(memberAssignment: Readonly<Record<string, readonly number[]>>): void {
    for (const listener of this.#joined) listener({ payload: { memberAssignment } });
  }

  async fetches(partition: number): Promise<void> {
    const { eachBatch } = await this.#running.promise;
    const message = { key: Buffer.from('k'), value: Buffer.from('v'), headers: {}, offset: '0' };
    await eachBatch!({
      batch: { topic: 't', partition, messages: [message], lastOffset: () => '0' },
      heartbeat: () => Promise.resolve(),
      isRunning: () => true,
      isStale: () => false,
      pause: () => () => undefined,
      resolveOffset: () => undefined,
      commitOffsetsIfNecessary: () => Promise.resolve(),
    } as unknown as EachBatchPayload);
  }
}

function setUp() {
  const member = new DrivenMember();
  const log = { answers: false };
  const handle = () => (log.answers ? Promise.resolve() : Promise.reject(new Error('the log does not answer')));
  const consumer = new KafkaConsumer(
    { group: 'g', topics: ['t'], handle },
    {
      make: () => member as unknown as KafkaJsConsumer,
      offsets: { requireTopics: () => Promise.resolve(), ends: () => Promise.resolve([]), committed: () => Promise.resolve(new Map()) },
      pause: { firstMs: 1, longestMs: 1 },
      onLost: () => undefined,
      rebuildAfter: { baseMs: 1, capMs: 1 },
      stopWithinMs: 1_000,
    },
  );
  return { consumer, member, log };
}

const rejected = expect.objectContaining({ code: 'messages-rejected' });

test('is not well while a partition is rejected again and again, and is when it is handled', async () => {
  const { consumer, member, log } = setUp();
  for (let times = 0; times < 4; times += 1) await member.fetches(0);
  expect(() => consumer.check()).not.toThrow();
  await member.fetches(0);
  expect(() => consumer.check()).toThrow(rejected);
  log.answers = true;
  await member.fetches(0);
  expect(() => consumer.check()).not.toThrow();
  await consumer.stop();
});

test('does not answer for a partition that another member of the group has now', async () => {
  const { consumer, member } = setUp();
  for (let times = 0; times < 5; times += 1) await member.fetches(0);
  member.isGiven({ t: [0, 1] });
  expect(() => consumer.check()).toThrow(rejected);
  member.isGiven({ t: [1] });
  expect(() => consumer.check()).not.toThrow();
  await consumer.stop();
});
