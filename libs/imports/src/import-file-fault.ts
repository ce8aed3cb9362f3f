/** Where in the file it was seen. */
export interface FilePlace {
  /** Physical line, the header is 1. */
  readonly line?: number;
  /** A column's name as the file writes it, or as it ought to be. */
  readonly column?: string;
}

/**
 * The file as a whole cannot be read: nothing of it may be kept (contract §3, imports).
 * `code` is stable, `detail` says what was found and where, `hint` how to mend the file.
 */
export class ImportFileFault extends Error {
  readonly line?: number;
  readonly column?: string;

  constructor(
    readonly code: ImportFileFaultCode,
    readonly detail: string,
    readonly hint: string,
    place: FilePlace = {},
  ) {
    super(`${detail} ${hint}`);
    this.name = 'ImportFileFault';
    if (place.line !== undefined) this.line = place.line;
    if (place.column !== undefined) this.column = place.column;
  }
}

export type ImportFileFaultCode =
  | 'file-empty'
  | 'not-a-csv'
  | 'encoding-unsupported'
  | 'encoding-broken'
  | 'line-ends-unsupported'
  | 'header-too-long'
  | 'unknown-column'
  | 'duplicate-column'
  | 'missing-column'
  | 'row-too-long'
  | 'quote-not-closed'
  | 'file-unreadable';
