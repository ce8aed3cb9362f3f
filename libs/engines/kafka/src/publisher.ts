import kafkajs, { type Admin, type Message as KafkaMessage, type PartitionMetadata, type Producer } from 'kafkajs';
import { KeyedQueue } from '#event-sourcing';
import type { Message } from '#messaging';
import { KafkaEngineError } from './kafka-engine-error.ts';
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
  readonly #partitionOf = kafkajs.Partitioners.DefaultPartitioner();

  constructor(producer: ReplaceableClient<Producer>, admin: ReplaceableClient<Admin>) {
    this.#producer = producer;
    this.#admin = admin;
  }

  async publish(topic: string, messages: readonly Message[]): Promise<void> {
    await this.#calls.run(topic, async () => {
      const { partitions } = await this.#layoutOf(topic);
      try {
        for (const round of this.#roundsOf(topic, messages, partitions)) await this.#send(topic, round, partitions);
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

  /** In order; a round is as much as each partition takes at once. */
  *#roundsOf(topic: string, messages: readonly Message[], partitions: readonly PartitionMetadata[]): Iterable<Round> {
    let round: Round = new Map();
    let count = 0;
    for (const message of messages) {
      const { key, value, headers } = message;
      const sent: KafkaMessage = { key, value, headers: { ...headers } };
      const partition = this.#partitionOf({ topic, partitionMetadata: [...partitions], message: sent });
      const bytes = sizeOf(message);
      const isFull = round.has(partition) && round.get(partition)!.bytes + bytes > LARGEST_BATCH;
      if (isFull || count === MESSAGES_AT_ONCE) {
        yield round;
        round = new Map();
        count = 0;
      }
      count += 1;
      const batch = round.get(partition) ?? { messages: [], bytes: 0 };
      batch.messages.push({ ...sent, partition });
      batch.bytes += bytes;
      round.set(partition, batch);
    }
    yield round;
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

function sizeOf({ key, value, headers }: Message): number {
  const ofHeaders = Object.entries(headers).reduce((sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text) + 8, 0);
  return Buffer.byteLength(key) + Buffer.byteLength(value) + ofHeaders + OVERHEAD;
}
