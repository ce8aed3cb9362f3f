/** Expected revisions as numbers, so that a batch travels between threads as flat arrays. 0 and more: exactly that. */
export const NO_STREAM = -1;
export const STREAM_EXISTS = -2;
export const ANY = -3;
/** A revision that no stream can have. */
export const NEVER = -4;

/** Appends that become durable together. */
export interface AppendBatch {
  /** For each append: expected revision, number of events. */
  readonly appends: Float64Array;
  /** 16 bytes for each event. */
  readonly eventIds: Uint8Array;
  /** Each type that occurs, once. */
  readonly types: readonly string[];
  /** For each event: which of the types it has. */
  readonly typeOfEvent: Uint32Array;
  /** For each append: the stream's name, then the body of each event. */
  readonly texts: readonly string[];
}

export const APPENDED = 0;
/** These very events stand in the stream already. */
export const REPEATED = 1;
export const WRONG_REVISION = 2;
export const ID_REUSED = 3;

export interface AppendBatchReply {
  /**
   * For each append two numbers: the outcome, and with it
   * APPENDED or REPEATED: the first event's revision; WRONG_REVISION: the actual one; ID_REUSED: which of its events.
   */
  readonly outcomes: Float64Array;
  /** For each append that was written: the first event's position; the others follow without a hole. */
  readonly firstPositions: BigInt64Array;
}
