import type { Admin, Message as KafkaMessage, PartitionMetadata, Producer } from 'kafkajs';
import { KeyedQueue } from '#event-sourcing';
import type { Message } from '#messaging';
import { KafkaEngineError } from './kafka-engine-error.ts';
import { partitionOfKey } from './partition-of-key.ts';
import type { ReplaceableClient } from './replaceable-client.ts';

/** All replicas that are in step have it. */
const ALL_REPLICAS = -1;
/** What one partition is given at once: a broker refuses batches that are larger than a message may be. */
const LARGEST_BATCH = 900 * 1024;
/** kafkajs copies what it has gathered for a partition with each message that it adds: many small requests are faster than a large one. */
const MESSAGES_AT_ONCE = 1_000;
/** Of a record beside its own bytes, rounded up. */
const OVERHEAD = 64;
const LAYOUT_KEPT_MS = 60_000;

interface Layout {
  readonly partitions: readonly PartitionMetadata[];
  readonly since: number;
}

type Round = Map<number, { readonly messages: KafkaMessage[]; bytes: number }>;

/**
 * Sends messages so that those of a key keep their order: one call after the other for each topic, and within a call
 * one request a leader, none of which is under way any more when the call fails. The producer's own idempotence is not
 * relied on: whoever reads knows a message by its id.
 */
export class Publisher {
  readonly #producer: ReplaceableClient<Producer>;
  readonly #admin: ReplaceableClient<Admin>;
  readonly #calls = new KeyedQueue();
  readonly #layouts = new Map<string, Layout>();

  constructor(producer: ReplaceableClient<Producer>, admin: ReplaceableClient<Admin>) {
    this.#producer = producer;
    this.#admin = admin;
  }

  async publish(topic: string, messages: readonly Message[]): Promise<void> {
    await this.#calls.run(topic, async () => {
      const { partitions } = await this.#layoutOf(topic);
      try {
        for (const round of roundsOf(messages, partitions.length)) await this.#send(topic, round, partitions);
      } catch (error) {
        this.#layouts.delete(topic);
        throw error;
      }
    });
  }

  async #layoutOf(topic: string): Promise<Layout> {
    const known = this.#layouts.get(topic);
    if (known && performance.now() - known.since < LAYOUT_KEPT_MS) return known;
    const { topics } = await this.#admin.useAlone(`looking for topic ${topic}`, (admin) => admin.fetchTopicMetadata({ topics: [topic] }));
    const partitions = topics.find(({ name }) => name === topic)?.partitions ?? [];
    if (partitions.length === 0) {
      throw new KafkaEngineError('topic-missing', `topic ${topic} does not exist; \`npm run topics\` creates what the service needs`);
    }
    const layout = { partitions, since: performance.now() };
    this.#layouts.set(topic, layout);
    return layout;
  }

  async #send(topic: string, round: Round, partitions: readonly PartitionMetadata[]): Promise<void> {
    const byLeader = new Map<number, KafkaMessage[]>();
    for (const [partition, { messages }] of round) {
      const leader = partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
      const ofLeader = byLeader.get(leader) ?? [];
      for (const message of messages) ofLeader.push(message);
      byLeader.set(leader, ofLeader);
    }
    const sends = [...byLeader.values()].map((messages) =>
      this.#producer.use(`publishing to ${topic}`, (producer) => producer.send({ topic, messages, acks: ALL_REPLICAS })),
    );
    // All of them have ended before one that failed is told: what is repeated must not be overtaken by its first time.
    const failed = (await Promise.allSettled(sends)).find((sent) => sent.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

/** In order; a round is as much as each partition takes at once. */
function* roundsOf(messages: readonly Message[], partitions: number): Iterable<Round> {
  let round: Round = new Map();
  let count = 0;
  for (const message of messages) {
    const { key, value, headers } = message;
    const partition = partitionOfKey(key, partitions);
    const bytes = sizeOf(message);
    let batch = round.get(partition);
    if ((batch && batch.bytes + bytes > LARGEST_BATCH) || count === MESSAGES_AT_ONCE) {
      yield round;
      round = new Map();
      batch = undefined;
      count = 0;
    }
    count += 1;
    if (!batch) round.set(partition, (batch = { messages: [], bytes: 0 }));
    batch.messages.push({ key, value, headers: { ...headers }, partition });
    batch.bytes += bytes;
  }
  yield round;
}

function sizeOf({ key, value, headers }: Message): number {
  const ofHeaders = Object.entries(headers).reduce((sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text) + 8, 0);
  return Buffer.byteLength(key) + Buffer.byteLength(value) + ofHeaders + OVERHEAD;
}
