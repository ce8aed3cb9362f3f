import type { ImportColumn } from './import-columns.ts';

/** What is wrong, or worth knowing, about one row. `code` is stable; `hint` tells a person how to mend the cell. */
export interface RowFault {
  readonly code: string;
  /** `null` when it is the row as a whole. */
  readonly column: ImportColumn | null;
  readonly hint: string;
}
