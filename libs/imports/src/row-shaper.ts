import { delimiterName, type Delimiter } from './delimiter.ts';
import { readHeader } from './header.ts';
import { IMPORT_COLUMNS, type ImportColumn } from './import-columns.ts';
import type { ImportRow } from './import-row.ts';
import { quotesAreInPlace } from './quotes.ts';
import type { RowFault } from './row-fault.ts';

/** A record as the CSV parser hands it over: its cells, and its text as it stood in the file. */
export interface ParsedRecord {
  readonly record: readonly string[];
  readonly raw: string;
}

/**
 * Gives each record of the parser its row number and its physical line, and its cells their columns' names.
 * Lines are counted here, from the line ends inside the cells: the parser counts a CRLF within quotes twice.
 */
export class RowShaper {
  readonly delimiter: Delimiter;
  #columns: readonly ImportColumn[] | undefined;
  #rows = 0;
  /** The physical line on which the next record begins. */
  nextLine: number;
  /** Bytes of the parser's input up to the end of the last record. */
  recognisedBytes = 0;

  constructor(delimiter: Delimiter, headerLine: number) {
    this.delimiter = delimiter;
    this.nextLine = headerLine;
  }

  /** `null` for the header and for blank lines. Throws `ImportFileFault` for a header that will not do. */
  shape({ record, raw }: ParsedRecord, bytes: number): ImportRow | null {
    const line = this.nextLine;
    this.nextLine += 1 + lineEndsIn(record);
    this.recognisedBytes = bytes;
    if (!this.#columns) {
      this.#columns = readHeader(record, line);
      return null;
    }
    if (record.length === 1 && raw.trim() === '') return null;
    this.#rows++;
    const fault = this.#faultOf(record, raw);
    return fault ? { row: this.#rows, line, fault } : { row: this.#rows, line, cells: cellsOf(this.#columns, record) };
  }

  #faultOf(cells: readonly string[], raw: string): RowFault | undefined {
    const quoted = cells.findIndex((cell) => cell.includes('"'));
    if (quoted !== -1 && !quotesAreInPlace(raw, this.delimiter)) {
      return {
        code: 'quote-misplaced',
        column: null,
        hint: 'A double quote stands inside a cell: put the whole cell in double quotes and write each quote inside it twice.',
      };
    }
    if (cells.every((cell) => cell.trim() === '')) {
      return { code: 'row-empty', column: null, hint: 'Every cell of the row is empty: delete the row.' };
    }
    if (cells.length !== IMPORT_COLUMNS.length) {
      const count = cells.length === 1 ? '1 cell' : `${cells.length} cells`;
      const name = delimiterName(this.delimiter);
      return {
        code: 'wrong-cell-count',
        column: null,
        hint: `The row has ${count}, the header ${IMPORT_COLUMNS.length}: put a cell that holds a ${name} or a line break in double quotes, and keep the ${name}s of empty cells.`,
      };
    }
    return undefined;
  }
}

function cellsOf(columns: readonly ImportColumn[], record: readonly string[]): Record<ImportColumn, string> {
  const cells = {} as Record<ImportColumn, string>;
  for (let index = 0; index < columns.length; index++) cells[columns[index]!] = record[index]!;
  return cells;
}

function lineEndsIn(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf('\n'); at !== -1; at = cell.indexOf('\n', at + 1)) count++;
  }
  return count;
}
