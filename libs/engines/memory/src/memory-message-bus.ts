import { partitionOf, TopicLogBus } from '#messaging';
import type { Lane, Message, ReceivedMessage, RetryPause, TopicLog } from '#messaging';

const PARTITIONS = 8;

/** A message bus in this process's memory, for tests and trials. */
export class MemoryMessageBus extends TopicLogBus {
  constructor(pause: Partial<RetryPause> = {}) {
    super(new MemoryTopicLog(), pause);
  }
}

class MemoryTopicLog implements TopicLog {
  readonly #lanes = new Map<string, ReceivedMessage[]>();
  readonly #committed = new Map<string, bigint>();

  partitions(): number {
    return PARTITIONS;
  }

  async append(topic: string, messages: readonly Message[]): Promise<void> {
    for (const { key, headers, value } of messages) {
      const partition = partitionOf(key, PARTITIONS);
      const lane = this.#lane({ topic, partition });
      lane.push({ topic, partition, offset: BigInt(lane.length), key, headers: { ...headers }, value });
    }
  }

  read(lane: Lane, from: bigint, limit: number): readonly ReceivedMessage[] {
    return this.#lane(lane).slice(Number(from), Number(from) + limit);
  }

  end(lane: Lane): bigint {
    return BigInt(this.#lane(lane).length);
  }

  async join(): Promise<void> {}

  committed(group: string, { topic, partition }: Lane): bigint {
    return this.#committed.get(JSON.stringify([group, topic, partition])) ?? 0n;
  }

  async commit(group: string, { topic, partition }: Lane, next: bigint): Promise<void> {
    this.#committed.set(JSON.stringify([group, topic, partition]), next);
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}

  #lane({ topic, partition }: Lane): ReceivedMessage[] {
    const name = `${partition} ${topic}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) this.#lanes.set(name, (lane = []));
    return lane;
  }
}
