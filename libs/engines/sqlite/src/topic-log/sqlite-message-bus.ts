import { epochOf } from '#kernel';
import type { Clock } from '#kernel';
import { TopicLogBus } from '#messaging';
import type { RetryPause } from '#messaging';
import { SqliteTopicLog } from './sqlite-topic-log.ts';
import type { Retention } from './topic-batch.ts';

const DAY_MS = 86_400_000;
const DEFAULT_PARTITIONS = 8;
const DEFAULT_RETENTION: Required<Retention> = { maxAgeMs: 7 * DAY_MS, maxBytes: 1024 ** 3 };

export interface SqliteMessageBusOptions {
  /** Partitions of new topics. Default 8. */
  readonly partitions?: number;
  readonly retention?: Retention;
  readonly retryPause?: Partial<RetryPause>;
  readonly clock: Clock;
}

/**
 * The embedded message bus: durable topics in one SQLite file, consumer groups in this process.
 * @throws SqliteEngineError `database-cannot-be-opened`, `not-a-database`, `schema-newer-than-program`
 */
export async function openSqliteMessageBus(path: string, options: SqliteMessageBusOptions): Promise<TopicLogBus> {
  const log = await SqliteTopicLog.open(path, {
    partitions: options.partitions ?? DEFAULT_PARTITIONS,
    retention: { ...DEFAULT_RETENTION, ...options.retention },
    now: () => epochOf(options.clock.now()),
  });
  return new TopicLogBus(log, options.retryPause);
}
