import type { Consumer, ConsumeOptions, Message, MessageBus, PlannedTopic } from '#messaging';
import { createKafkaTopics } from './create-topics.ts';

const PLAN: Omit<PlannedTopic, 'name'> = {
  partitions: 8,
  replication: 1,
  cleanup: 'delete',
  retentionMs: null,
  largestMessageBytes: 2 * 1024 * 1024,
};

/** Gives each case topics and groups of its own on a broker that all of them share, and creates topics where they are named. */
export class OwnTopics implements MessageBus {
  readonly #created = new Map<string, Promise<unknown>>();

  constructor(
    private readonly bus: MessageBus,
    private readonly brokers: readonly string[],
    private readonly prefix: string,
  ) {}

  async publish(topic: string, messages: readonly Message[]): Promise<void> {
    await this.#create(topic);
    await this.bus.publish(this.prefix + topic, messages);
  }

  async consume(options: ConsumeOptions): Promise<Consumer> {
    for (const topic of options.topics) await this.#create(topic);
    return this.bus.consume({
      ...options,
      group: this.prefix + options.group,
      topics: options.topics.map((topic) => this.prefix + topic),
      handle: (messages) => options.handle(messages.map((message) => ({ ...message, topic: message.topic.slice(this.prefix.length) }))),
    });
  }

  async lag(group: string, topics: readonly string[]): Promise<bigint> {
    for (const topic of topics) await this.#create(topic);
    return this.bus.lag(
      this.prefix + group,
      topics.map((topic) => this.prefix + topic),
    );
  }

  async check(): Promise<void> {
    await this.bus.check();
  }

  async close(): Promise<void> {
    await this.bus.close();
  }

  async #create(topic: string): Promise<void> {
    let creation = this.#created.get(topic);
    if (creation === undefined) {
      creation = createKafkaTopics({ brokers: this.brokers }, [{ ...PLAN, name: this.prefix + topic }]);
      this.#created.set(topic, creation);
    }
    await creation;
  }
}
