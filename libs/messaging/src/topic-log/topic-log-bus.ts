import type { Consumer, ConsumeOptions, Message, MessageBus } from '../message-bus.ts';
import { ConsumerGroup } from './consumer-group.ts';
import type { GroupMember } from './group-member.ts';
import { checkMessages, MessageBusError } from './message-checks.ts';
import type { RetryPause } from './rejected-lanes.ts';
import type { TopicLog } from './topic-log.ts';

const DEFAULT_PAUSE: RetryPause = { firstMs: 200, longestMs: 10_000 };

/** A message bus for one process: consumers are woken by what is published here, and never poll. */
export class TopicLogBus implements MessageBus {
  readonly #log: TopicLog;
  readonly #pause: RetryPause;
  readonly #groups = new Map<string, ConsumerGroup>();
  readonly #consumers = new Set<GroupMember>();
  #closed: Promise<void> | undefined;

  constructor(log: TopicLog, pause: Partial<RetryPause> = {}) {
    this.#log = log;
    this.#pause = { ...DEFAULT_PAUSE, ...pause };
  }

  /** @throws MessageBusError `message-too-large`, `bus-closed` */
  async publish(topic: string, messages: readonly Message[]): Promise<void> {
    this.#refuseWhenClosed();
    checkMessages(topic, messages);
    if (messages.length === 0) return;
    await this.#log.append(topic, messages);
    for (const group of this.#groups.values()) group.wake(topic);
  }

  /** A new group begins with the oldest message there is. Messages of different partitions may be handled at once. */
  async consume(options: ConsumeOptions): Promise<Consumer> {
    this.#refuseWhenClosed();
    await this.#log.join(options.group, options.topics);
    let group = this.#groups.get(options.group);
    if (group === undefined) {
      group = new ConsumerGroup(this.#log, options.group, this.#pause);
      this.#groups.set(options.group, group);
    }
    const consumer = group.join(options);
    this.#consumers.add(consumer);
    return consumer;
  }

  lag(group: string, topics: readonly string[]): Promise<bigint> {
    this.#refuseWhenClosed();
    let lag = 0n;
    for (const topic of topics) {
      for (let partition = 0; partition < this.#log.partitions(topic); partition += 1) {
        const lane = { topic, partition };
        lag += this.#log.end(lane) - this.#log.committed(group, lane);
      }
    }
    return Promise.resolve(lag);
  }

  /** @throws MessageBusError `messages-rejected` while a lane is rejected again and again */
  async check(): Promise<void> {
    this.#refuseWhenClosed();
    await this.#log.check();
    for (const group of this.#groups.values()) group.check();
  }

  /** Stops every consumer, then closes the log. */
  async close(): Promise<void> {
    this.#closed ??= this.#finish();
    await this.#closed;
  }

  async #finish(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()));
    await this.#log.close();
  }

  #refuseWhenClosed(): void {
    if (this.#closed !== undefined) throw new MessageBusError('bus-closed', 'the message bus is closed');
  }
}
