import type { Message } from '#messaging';

/** What a writer thread is asked to make durable together. */
export type TopicJob =
  | Publication
  | { readonly kind: 'join'; readonly group: string; readonly topics: readonly string[] }
  | { readonly kind: 'commit'; readonly group: string; readonly topic: string; readonly partition: number; readonly next: bigint };

export interface Publication {
  readonly kind: 'publish';
  readonly topic: string;
  readonly messages: readonly Message[];
  /** Each message's. */
  readonly partitions: readonly number[];
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
}

export interface TopicBatch {
  readonly jobs: readonly TopicJob[];
}

/** How far a lane has grown: the offset of its next message. */
export interface LaneEnd {
  readonly topic: string;
  readonly partition: number;
  readonly next: bigint;
}

export interface TopicBatchReply {
  readonly ends: readonly LaneEnd[];
}

/** What may be removed once every group has committed it. */
export interface Retention {
  /** Messages older than this. Default: 7 days. */
  readonly maxAgeMs?: number;
  /** The oldest messages, while the file holds more than this. Default: 1 GiB. */
  readonly maxBytes?: number;
}

export interface TopicWriterOptions {
  readonly path: string;
  readonly partitions: number;
  readonly retention: Required<Retention>;
}
