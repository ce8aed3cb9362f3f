import type { Consumer as KafkaConsumer } from 'kafkajs';
import { KafkaEngineError } from './kafka-engine-error.ts';

const LOOK_EVERY_MS = 5_000;

export interface LifeSigns {
  /** Rejects when the consumer says that it has crashed, or has shown no sign of life for too long. Never resolves. */
  readonly died: Promise<never>;
  /** Resolves when the consumer has its share of the group. */
  readonly joined: Promise<void>;
  stop(): void;
}

/**
 * Watches a consumer from outside. kafkajs gives up for good after errors that it holds for final, and the process goes
 * on as if nothing had happened; and a consumer may hang without a word.
 */
export function watchLifeSigns(consumer: KafkaConsumer, silentForMs: number): LifeSigns {
  const dead = Promise.withResolvers<never>();
  const joined = Promise.withResolvers<undefined>();
  dead.promise.catch(() => undefined);
  let last = performance.now();
  const alive = (): void => {
    last = performance.now();
  };
  const { CRASH, GROUP_JOIN, HEARTBEAT, FETCH_START, FETCH, END_BATCH_PROCESS, REBALANCING } = consumer.events;
  const forget = [
    consumer.on(CRASH, ({ payload }) => dead.reject(payload.error)),
    consumer.on(GROUP_JOIN, () => {
      alive();
      joined.resolve(undefined);
    }),
    consumer.on(HEARTBEAT, alive),
    consumer.on(FETCH_START, alive),
    consumer.on(FETCH, alive),
    consumer.on(END_BATCH_PROCESS, alive),
    consumer.on(REBALANCING, alive),
  ];
  const watch = setInterval(() => {
    const silent = performance.now() - last;
    if (silent > silentForMs)
      dead.reject(
        new KafkaEngineError(
          'consumer-silent',
          `the consumer has shown no sign of life for ${Math.round(silent / 1000)} s: it is replaced`,
        ),
      );
  }, LOOK_EVERY_MS);
  return {
    died: dead.promise,
    joined: joined.promise,
    stop() {
      clearInterval(watch);
      for (const listening of forget) listening();
    },
  };
}
