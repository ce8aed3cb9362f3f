import { LRUCache } from 'lru-cache';

/** What has been seen of a stream: all its events up to a revision. Streams only grow, so none of it can become untrue. */
export interface KnownStream {
  /** -1 before the first event. */
  last: number;
  /** Event id → its revision. */
  readonly revisions: Map<string, number>;
}

const MOST_IDS = 100_000;

/** The streams that were looked through lately, so that each next look begins where the last one ended. */
export class KnownStreams {
  readonly #streams = new LRUCache<string, KnownStream>({
    maxSize: MOST_IDS,
    sizeCalculation: ({ revisions }) => 1 + revisions.size,
  });

  get(streamId: string): KnownStream {
    return this.#streams.get(streamId) ?? { last: -1, revisions: new Map() };
  }

  keep(streamId: string, known: KnownStream): void {
    this.#streams.set(streamId, known);
  }
}
