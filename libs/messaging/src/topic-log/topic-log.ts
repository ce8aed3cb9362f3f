import type { Message, ReceivedMessage } from '../message-bus.ts';

/** One partition of one topic. */
export interface Lane {
  readonly topic: string;
  readonly partition: number;
}

/**
 * What a message bus in one process needs of an engine: topics kept as numbered messages, and how far each group has
 * come. `TopicLogBus` adds consumers to it.
 */
export interface TopicLog {
  /** How many partitions the topic has, or will have once something is published to it. */
  partitions(topic: string): number;
  /** All or nothing; durable when it resolves, and counted in `end` from then on. */
  append(topic: string, messages: readonly Message[]): Promise<void>;
  /** Messages from an offset on, in order; offsets may have holes where old messages were removed. */
  read(lane: Lane, from: bigint, limit: number): readonly ReceivedMessage[];
  /** The offset that the lane's next message gets. */
  end(lane: Lane): bigint;
  /** Makes the group known, so that no message it has not seen is removed. */
  join(group: string, topics: readonly string[]): Promise<void>;
  /** The group's next message: 0 for a new group. */
  committed(group: string, lane: Lane): bigint;
  commit(group: string, lane: Lane, next: bigint): Promise<void>;
  check(): Promise<void>;
  close(): Promise<void>;
}
