import { deadLetterTopicOf, INCOMING_TOPICS, TOPICS } from './topics.ts';

/** A topic as it is to be created. */
export interface PlannedTopic {
  readonly name: string;
  readonly partitions: number;
  /** Copies of each partition; absent: the brokers' own default. */
  readonly replication?: number;
  /** `compact` keeps the latest message of every key, `delete` everything until it is too old. */
  readonly cleanup: 'delete' | 'compact';
  /** Null: for ever. */
  readonly retentionMs: number | null;
  readonly largestMessageBytes: number;
}

export interface TopicPlanOptions {
  /** Also the most workers that can share a topic. Default 12. */
  readonly partitions?: number;
  readonly replication?: number;
  /** Of what comes in and of migration events. Default 7. */
  readonly retentionDays?: number;
  /** Of dead letters: somebody has to look at them first. Default 30. */
  readonly deadLetterRetentionDays?: number;
}

const DAY_MS = 86_400_000;
/** A message's own megabyte, and room for its key, its headers and what they are packed in. */
const LARGEST_MESSAGE_BYTES = 2 * 1024 * 1024;

/** Every topic of the contract (§4), those for dead letters included. Nothing is created by the way: a typing error would be a topic. */
export function topicPlan(options: TopicPlanOptions = {}): readonly PlannedTopic[] {
  const { partitions = 12, replication, retentionDays = 7, deadLetterRetentionDays = 30 } = options;
  const planned = (name: string, cleanup: PlannedTopic['cleanup'], days: number | null): PlannedTopic => ({
    name,
    partitions,
    ...(replication !== undefined && { replication }),
    cleanup,
    retentionMs: days === null ? null : days * DAY_MS,
    largestMessageBytes: LARGEST_MESSAGE_BYTES,
  });
  return [
    ...INCOMING_TOPICS.map((name) => planned(name, 'delete', retentionDays)),
    planned(TOPICS.migrationEvents, 'delete', retentionDays),
    planned(TOPICS.migrationStatus, 'compact', null),
    ...INCOMING_TOPICS.map((name) => planned(deadLetterTopicOf(name), 'delete', deadLetterRetentionDays)),
  ];
}
