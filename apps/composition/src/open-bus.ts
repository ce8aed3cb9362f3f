import type { Logger } from 'pino';
import type { Clock } from '#kernel';
import type { MessageBus, RetryPause } from '#messaging';
import { type DataFolder, openSqliteMessageBus } from '#engines/sqlite';
import type { Configuration } from '#application';

/** How the brokers are reached. */
export function kafkaOptionsOf({ kafkaBrokers, kafkaLogin, kafkaTls }: Configuration) {
  return { brokers: kafkaBrokers ?? [], ...(kafkaLogin && { login: kafkaLogin }), tls: kafkaTls };
}

/** The message bus that the configuration names. A broker that does not answer is waited for, and told by its health. */
export async function openBus(configuration: Configuration, folder: DataFolder, clock: Clock, log: Logger): Promise<MessageBus> {
  const retryPause = { onFailure: toldOfRejections(log) };
  if (configuration.kafkaBrokers === null) return openSqliteMessageBus(folder.file('messages.db'), { clock, retryPause });
  const { openKafkaMessageBus } = await import('#engines/kafka');
  return openKafkaMessageBus({
    ...kafkaOptionsOf(configuration),
    retryPause,
    onConsumerLost: (error) => log.warn({ error: reasonOf(error) }, 'a consumer was lost and is built anew'),
  });
}

/** Pauses of ten seconds by then: a line every ten minutes. */
const LONG_IN_A_ROW = 64;

/** Warns of rejected messages at first, then ever more rarely: they come again for as long as the log, say, is away. */
export function toldOfRejections(log: Pick<Logger, 'warn'>): NonNullable<RetryPause['onFailure']> {
  return (error, { topic, partition }, inARow) => {
    const isPowerOfTwo = Number.isInteger(Math.log2(inARow));
    if (isPowerOfTwo || inARow % LONG_IN_A_ROW === 0)
      log.warn({ topic, partition, inARow, error: reasonOf(error) }, 'messages were rejected and come again');
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
