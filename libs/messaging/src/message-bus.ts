/** A message on a topic. Messages of one key keep their order. */
export interface Message {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8 text, at most 1 MiB. */
  readonly value: string;
}

export interface ReceivedMessage extends Message {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface ConsumeOptions {
  /** Consumers of one group share the partitions; each group sees every message. */
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Handles messages of one partition in order. What it resolves for is committed as a whole; when it rejects, the same
   * messages come again, after a pause. At least once: whoever must not act twice remembers the message.
   */
  readonly handle: (messages: readonly ReceivedMessage[]) => Promise<void>;
  /** At most so many messages a call. Default 100. */
  readonly batchSize?: number;
}

export interface Consumer {
  /** Messages of the group's topics that are not committed yet. */
  lag(): Promise<bigint>;
  /** Resolves when everything that stood in the topics at the call is handled and committed. */
  caughtUp(): Promise<void>;
  /** Finishes the call in hand, commits it, and ends. */
  stop(): Promise<void>;
}

/** Durable topics with consumer groups: Kafka, or the embedded topic log. Every engine passes the same conformance kit. */
export interface MessageBus {
  /** Resolves when the messages are durable. All or nothing for one call. */
  publish(topic: string, messages: readonly Message[]): Promise<void>;
  consume(options: ConsumeOptions): Promise<Consumer>;
  /** Messages of the topics that the group has not committed, whoever its consumers are. 0 for topics that are not there. */
  lag(group: string, topics: readonly string[]): Promise<bigint>;
  check(): Promise<void>;
  close(): Promise<void>;
}
