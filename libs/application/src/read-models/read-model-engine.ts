import type { Kysely } from 'kysely';
import type { ReadModelHandles, ReadModelTables } from '#read-models';

export interface FillOptions {
  /** Who owns the copy's checkpoint: whoever goes on writing it. */
  readonly owner: string;
  /** Every type that may stand in the log. */
  readonly eventTypes: readonly string[];
  readonly onProgress: (events: number) => void;
}

/** Read models on some engine: the copy in use, and room for one that is built beside it. */
export interface ReadModelEngine {
  readonly current: ReadModelHandles;
  /** An empty copy. */
  beside(): Promise<ReadModelHandles>;
  /**
   * Brings such a copy up to the log as it stands, away from this thread; what comes later is written to it from here.
   * Absent where the engine's own server does the heavy work.
   */
  fill?(handles: ReadModelHandles, options: FillOptions): Promise<void>;
  /** From now on that copy is the one that a restart opens; the other may go. */
  switchTo(handles: ReadModelHandles): Promise<void>;
  /** Rows that no rebuild brings back: answers kept for idempotency keys. */
  readonly operations: Kysely<ReadModelTables>;
}
