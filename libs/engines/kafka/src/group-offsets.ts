import type { Admin } from 'kafkajs';
import type { Lane } from '#messaging';
import { KafkaEngineError } from './kafka-engine-error.ts';
import type { ReplaceableClient } from './replaceable-client.ts';

/** How far a topic's partition reaches, and how far the group has come in it. */
export interface LaneOffsets extends Lane {
  /** The first message that the broker still has. */
  readonly low: bigint;
  /** The offset that the next message gets. */
  readonly end: bigint;
}

/**
 * What the brokers know of a group: the truth also of what its other members have done.
 *
 * An admin client knows the topics that it was asked about, and learns a new one by looking at all brokers again. Two that
 * ask about different topics at once share one such look, which knows nothing of the second's: kafkajs then takes that
 * topic to have no partitions. So they ask one after another.
 */
export class GroupOffsets {
  readonly #admin: ReplaceableClient<Admin>;
  readonly #group: string;
  readonly #topics: readonly string[];

  constructor(admin: ReplaceableClient<Admin>, group: string, topics: readonly string[]) {
    this.#admin = admin;
    this.#group = group;
    this.#topics = topics;
  }

  /** @throws KafkaEngineError `topic-missing` */
  async requireTopics(): Promise<void> {
    const there = new Set(await this.#admin.use('listing the topics', (admin) => admin.listTopics()));
    const missing = this.#topics.filter((topic) => !there.has(topic));
    if (missing.length > 0) {
      const topics = missing.length === 1 ? `topic ${missing[0]!} does` : `topics ${missing.join(', ')} do`;
      throw new KafkaEngineError('topic-missing', `${topics} not exist; \`npm run topics\` creates what the service needs`);
    }
  }

  async ends(): Promise<readonly LaneOffsets[]> {
    const ofTopics = await Promise.all(
      this.#topics.map(async (topic) => {
        const offsets = await this.#admin.useAlone(`looking how far ${topic} reaches`, (admin) => admin.fetchTopicOffsets(topic));
        return offsets.map(({ partition, low, high }) => ({ topic, partition, low: BigInt(low), end: BigInt(high) }));
      }),
    );
    return ofTopics.flat();
  }

  /** The first message of each lane that is not committed; lanes in which nothing is, are left out. */
  async committed(): Promise<ReadonlyMap<string, bigint>> {
    const doing = `looking how far group ${this.#group} has come`;
    const topics = [...this.#topics];
    const answer = await this.#admin.useAlone(doing, async (admin) => {
      await admin.fetchTopicMetadata({ topics });
      return admin.fetchOffsets({ groupId: this.#group, topics });
    });
    const lanes = answer.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => ({ topic, partition, offset })));
    return new Map(lanes.filter(({ offset }) => !offset.startsWith('-')).map((lane) => [laneName(lane), BigInt(lane.offset)]));
  }

  /** Messages that the group has not committed. */
  async lag(): Promise<bigint> {
    const [ends, committed] = await Promise.all([this.ends(), this.committed()]);
    return ends.reduce((lag, { low, end, ...lane }) => {
      const next = committed.get(laneName(lane)) ?? low;
      return lag + (end > next ? end - next : 0n);
    }, 0n);
  }
}

export function laneName({ topic, partition }: Lane): string {
  return `${partition} ${topic}`;
}
