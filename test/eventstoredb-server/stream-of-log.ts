import type { LoggedRecord } from './logged-record.ts';

/** One stream: its records, and what its metadata hides of them. */
export class StreamOfLog {
  readonly records: LoggedRecord[] = [];
  /** Set for good. */
  tombstone: LoggedRecord | undefined;
  /** Records below are hidden; infinite where the stream is soft-deleted. */
  truncateBefore = 0;
  maxCount = Infinity;

  /** -1 when nothing was ever written. */
  get last(): number {
    return this.records.length - 1;
  }

  get isSoftDeleted(): boolean {
    return this.truncateBefore === Infinity;
  }

  get firstVisible(): number {
    return Math.max(this.truncateBefore, this.last - this.maxCount + 1, 0);
  }

  /** What a `$$` stream's latest event says; anything that cannot be understood says nothing. */
  describedBy(json: Uint8Array): void {
    this.truncateBefore = 0;
    this.maxCount = Infinity;
    const told = parsed(json);
    if (typeof told?.$tb === 'number' && told.$tb >= 0) {
      this.truncateBefore = told.$tb > Number.MAX_SAFE_INTEGER ? Infinity : told.$tb;
    }
    if (Number.isInteger(told?.$maxCount) && told!.$maxCount! > 0) this.maxCount = told!.$maxCount!;
  }
}

interface StreamMetadata {
  readonly $tb?: number;
  readonly $maxCount?: number;
}

function parsed(json: Uint8Array): StreamMetadata | undefined {
  try {
    return JSON.parse(Buffer.from(json).toString()) as StreamMetadata;
  } catch {
    return undefined;
  }
}
