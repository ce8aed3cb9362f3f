import type { EventToAppend, Position, RecordedEvent } from '#kernel';

/** What the writer believes of the stream's last revision. */
export type ExpectedRevision = { readonly exactly: number } | 'no-stream' | 'stream-exists' | 'any';

export interface AppendResult {
  /** The stream's revision after the last appended event. For a repeated append: that of the original write. -1 after an empty append to no stream. */
  readonly revision: number;
  /** The last appended event's position; for an empty append the head's. */
  readonly position: Position;
  /** True when these very events were there already and nothing was written. */
  readonly repeated: boolean;
  /** The events as they stand in the log (also for a repeated append). */
  readonly events: readonly RecordedEvent[];
}

/** The stream is not where the writer believed: nothing was written. Load it again and decide again. */
export class WrongExpectedRevision extends Error {
  readonly code = 'wrong-expected-revision';
  constructor(
    readonly streamId: string,
    readonly expected: ExpectedRevision,
    /** -1 when there is no such stream. */
    readonly actual: number,
  ) {
    super(`stream ${streamId}: expected ${JSON.stringify(expected)}, but its revision is ${actual}`);
  }
}

/**
 * An event id that stands in the log already came with another stream, or as a part of an append whose other events are
 * new. Where an engine knows the ids of each stream only, the first is not seen: derive ids from the stream too.
 */
export class EventIdReused extends Error {
  readonly code = 'event-id-reused';
  constructor(readonly eventId: string) {
    super(`event id ${eventId} is in the log already, as part of another append: give each event an id of its own`);
  }
}

export interface ReadStreamOptions {
  /** First revision to return, inclusive. Default: 0 forwards, the end backwards. */
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  /** Default 1000. */
  readonly limit?: number;
}

export interface ReadAllOptions {
  /** Forwards: only events after it. Backwards: only events before it. Default: the start, or the end. */
  readonly from?: Position;
  readonly direction?: 'forwards' | 'backwards';
  /** Default 1000. */
  readonly limit?: number;
}

export interface EventBatch {
  /** In order of position, possibly empty: then only `upTo` moves. */
  readonly events: readonly RecordedEvent[];
  /** Everything up to here has been handed over: the checkpoint to keep once the batch is handled. */
  readonly upTo: Position;
  /** The subscription stood at the log's end when it made this batch. */
  readonly caughtUp: boolean;
}

export interface SubscribeOptions {
  /** Only events after this position. */
  readonly after: Position;
  /** At most so many events a batch. Default 500. */
  readonly batchSize?: number;
  /** Ends the subscription; the iteration then finishes without an error. */
  readonly signal: AbortSignal;
}

/**
 * The log: streams of events with one total order over all of them. Every engine passes the same conformance kit.
 *
 * Guarantees: an append is all or nothing and durable when it resolves; positions follow commit order, so whoever has
 * read up to a position will never see an earlier one appear; an append that repeats the event ids of an earlier one
 * on the same stream answers like the first and writes nothing.
 */
export interface EventStore {
  /** @throws WrongExpectedRevision, EventIdReused */
  append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult>;
  /** Empty when there is no such stream. */
  readStream(streamId: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]>;
  readAll(options?: ReadAllOptions): Promise<readonly RecordedEvent[]>;
  /**
   * A catch-up subscription over all streams: history first, then what comes, without end. The next batch is made only
   * when it is asked for (back-pressure), so memory holds one batch.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<EventBatch>;
  /** The last position in the log; `BEFORE_ALL` when it is empty. */
  head(): Promise<Position>;
  /** Resolves when the log can read and write, else rejects with the reason. */
  check(): Promise<void>;
  close(): Promise<void>;
}
