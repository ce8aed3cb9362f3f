import { pipeline } from 'node:stream/promises';
import { CsvError, parse, type InfoRecord, type Options } from 'csv-parse';
import { delimiterOf } from './delimiter.ts';
import { openAtHeader } from './header-line.ts';
import { ImportFileFault } from './import-file-fault.ts';
import type { ImportRow } from './import-row.ts';
import { linesBeforeOpenQuote } from './quotes.ts';
import { RowShaper, type ParsedRecord } from './row-shaper.ts';
import { utf8Pieces } from './utf8-pieces.ts';

const LONGEST_ROW_BYTES = 64 * 1024;
/** What may be on its way between the file and the end of the last row that was recognised. */
const MOST_UNRECOGNISED_BYTES = 8 * LONGEST_ROW_BYTES;

/**
 * Reads an import file of any size in bounded memory: one `ImportRow` for each row, in the order of the file, blank lines left out.
 * Throws `ImportFileFault` for what makes the whole file unusable, also when that comes to light only at its end:
 * whoever wants nothing kept of such a file has to read it through first (`checkImportFile`).
 */
export async function* readImport(source: AsyncIterable<Uint8Array>): AsyncGenerator<ImportRow, void, undefined> {
  const pieces = utf8Pieces(source);
  const { header, line, rest } = await openAtHeader(pieces).catch(async (error: unknown) => {
    await pieces.return();
    throw error;
  });
  const delimiter = delimiterOf(header);
  const shaper = new RowShaper(delimiter, line);
  // The parser's types do not know what `raw` makes of a record, nor that `on_record` may make something else of it.
  const onRecord = (record: ParsedRecord, context: InfoRecord): ImportRow | null => shaper.shape(record, context.bytes);
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n'],
    // The cells of a row with a stray quote or too few cells are told by the row's outcome; the rows after it go on.
    relax_quotes: true,
    relax_column_count: true,
    raw: true,
    max_record_size: LONGEST_ROW_BYTES,
    on_record: onRecord as unknown as NonNullable<Options['on_record']>,
  });
  // Its failure reaches the loop below, because a pipeline destroys the parser with it.
  pipeline(boundedRows(rest, shaper), parser).catch(() => undefined);
  try {
    for await (const row of parser) yield row as ImportRow;
  } catch (error) {
    throw error instanceof CsvError ? fileFault(error, shaper) : error;
  }
}

/** Reads the whole file for its faults and counts its rows. Throws `ImportFileFault`. */
export async function checkImportFile(source: AsyncIterable<Uint8Array>): Promise<{ readonly rows: number }> {
  let rows = 0;
  for await (const { row } of readImport(source)) rows = row;
  return { rows };
}

/** The parser bounds the text of a row, not the number of its cells: nothing but delimiters would fill the memory. */
async function* boundedRows(pieces: AsyncIterable<Buffer>, shaper: RowShaper): AsyncGenerator<Buffer, void, undefined> {
  let fed = 0;
  for await (const piece of pieces) {
    if (fed - shaper.recognisedBytes > MOST_UNRECOGNISED_BYTES) throw rowTooLong(shaper.nextLine);
    fed += piece.length;
    yield piece;
  }
}

function fileFault(error: CsvError, shaper: RowShaper): ImportFileFault {
  const raw: unknown = error['raw'];
  const before = typeof raw === 'string' ? linesBeforeOpenQuote(raw, shaper.delimiter) : undefined;
  if (before !== undefined || error.code === 'CSV_QUOTE_NOT_CLOSED') {
    const line = shaper.nextLine + (before ?? 0);
    return new ImportFileFault(
      'quote-not-closed',
      `A quote that is opened on line ${line} is not closed.`,
      'Close the cell with a double quote, and write a double quote inside a quoted cell twice.',
      { line },
    );
  }
  if (error.code === 'CSV_MAX_RECORD_SIZE') return rowTooLong(shaper.nextLine);
  return new ImportFileFault(
    'file-unreadable',
    `Line ${shaper.nextLine} cannot be read: ${error.message}.`,
    'Save the file again as CSV UTF-8.',
    {
      line: shaper.nextLine,
    },
  );
}

function rowTooLong(line: number): ImportFileFault {
  return new ImportFileFault(
    'row-too-long',
    `The row on line ${line} is longer than 64 KiB.`,
    'Look for a quote that is not closed or a line end that is missing, and end lines with LF or CRLF.',
    { line },
  );
}
