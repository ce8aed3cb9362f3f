import type { Logger } from 'pino';
import type { Clock } from '#kernel';
import type { MessageBus } from '#messaging';
import { type DataFolder, openSqliteMessageBus } from '#engines/sqlite';
import type { Configuration } from '#application';

/** How the brokers are reached. */
export function kafkaOptionsOf({ kafkaBrokers, kafkaLogin, kafkaTls }: Configuration) {
  return { brokers: kafkaBrokers ?? [], ...(kafkaLogin && { login: kafkaLogin }), tls: kafkaTls };
}

/** The message bus that the configuration names. A broker that does not answer is waited for, and told by its health. */
export async function openBus(configuration: Configuration, folder: DataFolder, clock: Clock, log: Logger): Promise<MessageBus> {
  if (configuration.kafkaBrokers === null) return openSqliteMessageBus(folder.file('messages.db'), { clock });
  const { openKafkaMessageBus } = await import('#engines/kafka');
  return openKafkaMessageBus({
    ...kafkaOptionsOf(configuration),
    onConsumerLost: (error) =>
      log.warn({ error: error instanceof Error ? error.message : String(error) }, 'a consumer was lost and is built anew'),
  });
}
