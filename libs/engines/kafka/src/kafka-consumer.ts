import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer as KafkaJsConsumer } from 'kafkajs';
import { type BackOff, backOffMs } from '#event-sourcing';
import { type Consumer, type ConsumeOptions, type Lane, MessageBusError, RejectedLanes, type RetryPause } from '#messaging';
import { type GroupOffsets, laneName } from './group-offsets.ts';
import { KafkaEngineError, brokerFailure } from './kafka-engine-error.ts';
import { type LifeSigns, watchLifeSigns } from './life-signs.ts';
import { handlePartitionBatch } from './partition-batch.ts';

export interface KafkaConsumerParts {
  /** A new kafkajs consumer of the group, with a client of its own. */
  readonly make: () => KafkaJsConsumer;
  readonly offsets: Pick<GroupOffsets, 'requireTopics' | 'ends' | 'committed'>;
  readonly pause: RetryPause;
  /** Told each time the consumer is lost; it is built anew whatever this does. */
  readonly onLost: (error: unknown) => void;
  readonly rebuildAfter: BackOff;
  readonly stopWithinMs: number;
}

const DEFAULT_BATCH_SIZE = 100;
/** As many partitions at once: they wait for the log, not for the processor. */
const PARTITIONS_AT_ONCE = 16;
/** Longer than a group may take to be shared out anew. */
const SILENT_FOR_MS = 90_000;
/** `consume` waits so long for the first share of the group, then leaves the rest to the background. */
const FIRST_JOIN_WITHIN_MS = 10_000;
/** What other members have committed is only seen by asking. */
const LOOK_EVERY_MS = 50;

/**
 * One member of a consumer group, for ever: whenever kafkajs gives up, a new consumer takes its place. Starting and
 * stopping are steps of one loop, so that neither can overtake the other.
 */
export class KafkaConsumer implements Consumer {
  readonly #parts: KafkaConsumerParts;
  readonly #options: ConsumeOptions;
  readonly #stopping = new AbortController();
  readonly #firstTry = Promise.withResolvers<undefined>();
  readonly #ended: Promise<void>;
  readonly #committedHere = new Map<string, bigint>();
  readonly #rejectedLanes: RejectedLanes;
  readonly #resumes = new Set<NodeJS.Timeout>();
  #wakeWaiting = Promise.withResolvers<undefined>();
  #lost: Error | undefined;

  constructor(options: ConsumeOptions, parts: KafkaConsumerParts) {
    this.#options = options;
    this.#parts = parts;
    this.#rejectedLanes = new RejectedLanes(parts.pause);
    this.#ended = this.#live();
  }

  /** Resolves when the consumer has its share of the group, or has failed for the first time. */
  async settled(): Promise<void> {
    const tooLong = sleep(FIRST_JOIN_WITHIN_MS, undefined, { ref: false });
    await Promise.race([this.#firstTry.promise, tooLong]);
  }

  /** @throws the reason why the consumer is not there at the moment, or why a partition stands still */
  check(): void {
    if (this.#isStopping()) return;
    if (this.#lost) throw this.#lost;
    this.#rejectedLanes.check();
  }

  async lag(): Promise<bigint> {
    const [ends, committed] = await Promise.all([this.#parts.offsets.ends(), this.#parts.offsets.committed()]);
    const behind = ends.map((lane) => lane.end - (committed.get(laneName(lane)) ?? lane.low));
    return behind.reduce((sum, count) => (count > 0n ? sum + count : sum), 0n);
  }

  async caughtUp(): Promise<void> {
    const ends = await this.#asLongAsItTakes(() => this.#parts.offsets.ends());
    let missing = ends.filter(({ low, end }) => end > low);
    for (;;) {
      missing = missing.filter((lane) => (this.#committedHere.get(laneName(lane)) ?? -1n) < lane.end);
      if (missing.length === 0) return;
      const woken = this.#wakeWaiting.promise;
      const committed = await this.#asLongAsItTakes(() => this.#parts.offsets.committed());
      missing = missing.filter((lane) => (committed.get(laneName(lane)) ?? -1n) < lane.end);
      if (missing.length === 0) return;
      this.#refuseWhenStopped();
      await Promise.race([woken, sleep(LOOK_EVERY_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined)]);
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#resumes) clearTimeout(timer);
    const { stopWithinMs, onLost } = this.#parts;
    const late = sleep(stopWithinMs, 'late', { ref: false });
    const stuck = (await Promise.race([this.#ended, late])) === 'late';
    if (stuck)
      onLost(
        new KafkaEngineError('handler-stuck', `a call of the handler has not ended within ${stopWithinMs} ms: its messages come again`),
      );
  }

  async #live(): Promise<void> {
    let failures = 0;
    while (!this.#isStopping()) {
      try {
        await this.#liveOnce(() => (failures = 0));
      } catch (error) {
        if (this.#isStopping()) break;
        failures += 1;
        this.#lost = brokerFailure(error, `consuming ${this.#options.topics.join(', ')}`);
        this.#parts.onLost(this.#lost);
        this.#firstTry.resolve(undefined);
        const wait = backOffMs(this.#parts.rebuildAfter, failures, Math.random());
        await sleep(wait, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
    this.#firstTry.resolve(undefined);
    this.#wake();
  }

  /** One kafkajs consumer, from its making to its end. Resolves when it is to stop, rejects with what it died of. */
  async #liveOnce(onJoined: () => void): Promise<void> {
    await this.#parts.offsets.requireTopics();
    const consumer = this.#parts.make();
    const signs = watchLifeSigns(consumer, SILENT_FOR_MS);
    void signs.joined.then(() => {
      this.#lost = undefined;
      onJoined();
      this.#firstTry.resolve(undefined);
    });
    this.#commitWhatIsNeverHandedOver(consumer);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) =>
      this.#rejectedLanes.keepOnly(({ topic, partition }) => memberAssignment[topic]?.includes(partition) === true),
    );
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
      if (!this.#isStopping()) await this.#run(consumer, signs);
    } finally {
      signs.stop();
      await consumer.disconnect().catch(() => undefined);
    }
  }

  async #run(consumer: KafkaJsConsumer, signs: LifeSigns): Promise<void> {
    const { batchSize = DEFAULT_BATCH_SIZE, handle } = this.#options;
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) =>
        handlePartitionBatch(payload, {
          batchSize,
          handle,
          onCommitted: (lane, next) => this.#committed(lane, next),
          onRejected: (lane, error, resume) => this.#rejected(lane, error, resume),
        }),
    });
    await Promise.race([signs.died, aborted(this.#stopping.signal)]);
  }

  /** Marks of transactions and what was aborted: without a commit behind them the group would seem behind for ever. */
  #commitWhatIsNeverHandedOver(consumer: KafkaJsConsumer): void {
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize > 0) return;
      const next = BigInt(lastOffset) + 1n;
      void consumer.commitOffsets([{ topic, partition, offset: String(next) }]).catch(() => undefined);
    });
  }

  #committed(lane: Lane, next: bigint): void {
    this.#committedHere.set(laneName(lane), next);
    this.#rejectedLanes.handled(lane);
    this.#wake();
  }

  #rejected(lane: Lane, error: unknown, resume: () => void): void {
    const pauseMs = this.#rejectedLanes.rejected(lane, error);
    if (this.#isStopping()) return;
    const timer = setTimeout(() => {
      this.#resumes.delete(timer);
      resume();
    }, pauseMs);
    this.#resumes.add(timer);
  }

  /** Brokers that do not answer are asked again, until they do or the consumer is stopped. */
  async #asLongAsItTakes<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (let failures = 1; ; failures += 1) {
      this.#refuseWhenStopped();
      try {
        return await ask();
      } catch {
        const wait = backOffMs(this.#parts.rebuildAfter, failures, Math.random());
        await sleep(wait, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #refuseWhenStopped(): void {
    if (this.#isStopping()) throw new MessageBusError('consumer-stopped', 'the consumer was stopped before it had caught up');
  }

  #wake(): void {
    this.#wakeWaiting.resolve(undefined);
    this.#wakeWaiting = Promise.withResolvers();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
