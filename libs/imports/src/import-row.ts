import type { ImportColumn } from './import-columns.ts';
import type { RowFault } from './row-fault.ts';

interface RowPlace {
  /** 1 for the first row after the header; blank lines are no rows. */
  readonly row: number;
  /** Physical line on which the row begins; the header is 1. */
  readonly line: number;
}

/** A row whose cells could be told apart; nothing is known yet about what is in them. */
export interface ReadableRow extends RowPlace {
  readonly cells: Readonly<Record<ImportColumn, string>>;
}

/** A row whose cells cannot be told apart; it is accounted for as rejected. */
export interface BrokenRow extends RowPlace {
  readonly fault: RowFault;
}

export type ImportRow = ReadableRow | BrokenRow;
