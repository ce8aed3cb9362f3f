import kafkajs, { type Admin, type Producer } from 'kafkajs';
import type { BackOff } from '#event-sourcing';
import {
  type Consumer,
  type ConsumeOptions,
  type Message,
  type MessageBus,
  MessageBusError,
  type RetryPause,
  checkMessages,
} from '#messaging';
import { withinDeadline } from './deadline.ts';
import { GroupOffsets } from './group-offsets.ts';
import { ATTEMPTS_WITH_A_LEADER_GONE, FEW_ATTEMPTS, type KafkaOptions, kafkaClient } from './kafka-client.ts';
import { KafkaConsumer } from './kafka-consumer.ts';
import { Publisher } from './publisher.ts';
import { ReplaceableClient } from './replaceable-client.ts';

export interface KafkaMessageBusOptions extends KafkaOptions {
  /** Before rejected messages come again. Default 200 ms doubling to 10 s. */
  readonly retryPause?: Partial<RetryPause>;
  /** Told each time a consumer is lost and going to be built anew. */
  readonly onConsumerLost?: (error: unknown) => void;
  /** Before a lost consumer is built anew. Default 500 ms doubling to 30 s. */
  readonly rebuildAfter?: BackOff;
  /** How long the broker may hold a request for messages while there are none; a paused partition goes on so much later. Default 250 ms. */
  readonly fetchWaitMs?: number;
  /** A health check is answered within this. Default 5 s. */
  readonly checkWithinMs?: number;
  /** The last call of a handler may take so long when its consumer is stopped. Default 30 s. */
  readonly stopWithinMs?: number;
}

/** A consumer that is lost with its broker cannot leave its group: its successor gets nothing before this is over. The least that brokers allow by default. */
const SESSION_MS = 6_000;
/** So soon the others of a group notice that it is being shared out anew. */
const HEARTBEAT_MS = 1_000;
const DEFAULT_PAUSE: RetryPause = { firstMs: 200, longestMs: 10_000 };

/** A bus of the service's own topics on Kafka. Nothing is connected to before it is needed, and what is lost is connected anew. */
export function openKafkaMessageBus(options: KafkaMessageBusOptions): MessageBus {
  return new KafkaMessageBus(options);
}

class KafkaMessageBus implements MessageBus {
  readonly #options: KafkaMessageBusOptions;
  readonly #admin: ReplaceableClient<Admin>;
  readonly #producer: ReplaceableClient<Producer>;
  readonly #publisher: Publisher;
  readonly #consumers = new Set<KafkaConsumer>();
  #closed: Promise<void> | undefined;

  constructor(options: KafkaMessageBusOptions) {
    this.#options = options;
    this.#admin = new ReplaceableClient(() => kafkaClient(options).admin({ retry: FEW_ATTEMPTS }));
    this.#producer = new ReplaceableClient(() =>
      kafkaClient(options).producer({
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        allowAutoTopicCreation: false,
        idempotent: false,
        retry: ATTEMPTS_WITH_A_LEADER_GONE,
      }),
    );
    this.#publisher = new Publisher(this.#producer, this.#admin);
  }

  /**
   * All or nothing as far as Kafka goes: what is refused beforehand publishes nothing, and a call that fits into one
   * batch for one partition is one write. A call that spans partitions may have been published in part when a broker
   * fails amid it; it rejects then, and its repetition publishes some of its messages again, in their order.
   * @throws MessageBusError `message-too-large`, `bus-closed`; KafkaEngineError
   */
  async publish(topic: string, messages: readonly Message[]): Promise<void> {
    this.#refuseWhenClosed();
    checkMessages(topic, messages);
    if (messages.length > 0) await this.#publisher.publish(topic, messages);
  }

  /**
   * A new group begins with the oldest message there is. Where the brokers do not answer, or a topic is missing, the
   * consumer keeps trying, and `check` says why it has nothing yet.
   */
  async consume(options: ConsumeOptions): Promise<Consumer> {
    this.#refuseWhenClosed();
    const {
      retryPause,
      onConsumerLost,
      rebuildAfter = { baseMs: 500, capMs: 30_000 },
      fetchWaitMs = 250,
      stopWithinMs = 30_000,
    } = this.#options;
    const consumer = new KafkaConsumer(options, {
      make: () =>
        kafkaClient(this.#options).consumer({
          groupId: options.group,
          allowAutoTopicCreation: false,
          maxWaitTimeInMs: fetchWaitMs,
          sessionTimeout: SESSION_MS,
          heartbeatInterval: HEARTBEAT_MS,
          // Who crashes is built anew from outside: kafkajs' own restart only follows some errors.
          retry: { ...ATTEMPTS_WITH_A_LEADER_GONE, restartOnFailure: () => Promise.resolve(false) },
        }),
      offsets: new GroupOffsets(this.#admin, options.group, options.topics),
      pause: { ...DEFAULT_PAUSE, ...retryPause },
      onLost: onConsumerLost ?? (() => undefined),
      rebuildAfter,
      stopWithinMs,
    });
    this.#consumers.add(consumer);
    await consumer.settled();
    return consumer;
  }

  async lag(group: string, topics: readonly string[]): Promise<bigint> {
    this.#refuseWhenClosed();
    return new GroupOffsets(this.#admin, group, topics).lag();
  }

  /** @throws KafkaEngineError, MessageBusError what keeps the brokers, or one of the consumers, from working */
  async check(): Promise<void> {
    this.#refuseWhenClosed();
    const asked = this.#admin.use('asking the brokers', (admin) => admin.describeCluster());
    await withinDeadline(asked, this.#options.checkWithinMs ?? 5_000, 'asking the brokers');
    for (const consumer of this.#consumers) consumer.check();
  }

  async close(): Promise<void> {
    this.#closed ??= this.#finish();
    await this.#closed;
  }

  async #finish(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()));
    await Promise.all([this.#producer.close(), this.#admin.close()]);
  }

  #refuseWhenClosed(): void {
    if (this.#closed !== undefined) throw new MessageBusError('bus-closed', 'the message bus is closed');
  }
}
