/** An event on its way into the log. */
export interface ProposedRecord {
  readonly eventId: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event in the log. */
export interface LoggedRecord extends ProposedRecord {
  readonly streamId: string;
  readonly revision: number;
  readonly position: bigint;
  /** Place among all records: 0, 1, 2 … */
  readonly index: number;
  readonly createdMs: number;
}

/** The number of a tombstone, as it goes over the wire: 2^63 - 1. */
export const TOMBSTONE_ON_WIRE = '9223372036854775807';
export const TOMBSTONE = Number.MAX_SAFE_INTEGER;

/** What the server counts as an append's size (from 24.10 on). */
export function sizeOf({ data, metadata, type }: ProposedRecord): number {
  return data.length + metadata.length + type.length * 2;
}
