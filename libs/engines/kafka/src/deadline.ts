import { KafkaEngineError } from './kafka-engine-error.ts';

/** What was asked for, or `broker-unreachable` once the time is over; a late answer is of no consequence. */
export async function withinDeadline<Answer>(asked: Promise<Answer>, ms: number, doing: string): Promise<Answer> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      over.reject(new KafkaEngineError('broker-unreachable', `${doing}: no answer within ${ms} ms; check KAFKA_BROKERS and the network`)),
    ms,
  );
  asked.catch(() => undefined);
  try {
    return await Promise.race([asked, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
