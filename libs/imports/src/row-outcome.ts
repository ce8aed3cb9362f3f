import type { ImportColumn } from './import-columns.ts';
import type { RowFault } from './row-fault.ts';

/** What became of one row (contract §3, `GET /v1/imports/{id}/rows`). */
export interface RowOutcome {
  /** 1 for the first row after the header. */
  readonly row: number;
  /** Physical line on which the row begins; the header is 1. */
  readonly line: number;
  readonly outcome: 'accepted' | 'rejected' | 'duplicate';
  readonly code?: string;
  /** Absent when it is the row as a whole. */
  readonly column?: ImportColumn;
  readonly hint?: string;
  /** For a rejected row also its further faults, so that a person can mend all at once. */
  readonly warnings: readonly RowFault[];
  readonly migrationId?: string;
}

/** `accepted + rejected + duplicates` is always `rows`. */
export interface ImportCounts {
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicates: number;
}

export const NO_ROWS: ImportCounts = { rows: 0, accepted: 0, rejected: 0, duplicates: 0 };

export function countOutcomes(outcomes: readonly RowOutcome[]): ImportCounts {
  const count = (outcome: RowOutcome['outcome']): number => outcomes.filter((row) => row.outcome === outcome).length;
  return { rows: outcomes.length, accepted: count('accepted'), rejected: count('rejected'), duplicates: count('duplicate') };
}

export function addCounts(a: ImportCounts, b: ImportCounts): ImportCounts {
  return {
    rows: a.rows + b.rows,
    accepted: a.accepted + b.accepted,
    rejected: a.rejected + b.rejected,
    duplicates: a.duplicates + b.duplicates,
  };
}
