import { ImportFileFault } from './import-file-fault.ts';

const NEWLINE = 0x0a;
const LONGEST_HEADER_BYTES = 64 * 1024;

export interface Opened {
  /** The header as text, without its line end. */
  readonly header: string;
  /** Physical line of the header: more than 1 only when blank lines stand before it. */
  readonly line: number;
  /** The whole file from the header on. */
  readonly rest: AsyncGenerator<Buffer, void, undefined>;
}

/** Reads just far enough to know the header line. Throws `ImportFileFault` when there is none. */
export async function openAtHeader(pieces: AsyncGenerator<Buffer, void, undefined>): Promise<Opened> {
  let held: Buffer = Buffer.alloc(0);
  let line = 1;
  for (;;) {
    const next = await pieces.next();
    if (!next.done) held = Buffer.concat([held, next.value]);
    for (let end = held.indexOf(NEWLINE); end !== -1; end = held.indexOf(NEWLINE)) {
      const text = held.toString('utf8', 0, end);
      if (text.trim() !== '') return opened(text, line, held, pieces);
      held = held.subarray(end + 1);
      line++;
    }
    if (held.length > LONGEST_HEADER_BYTES) {
      throw new ImportFileFault(
        'header-too-long',
        `Line ${line} should be the header, but goes on for more than 64 KiB.`,
        'Write the column names on the first line, and end lines with LF or CRLF.',
        { line },
      );
    }
    if (next.done) {
      const text = held.toString('utf8');
      if (text.trim() !== '') return opened(text, line, held, pieces);
      throw new ImportFileFault(
        'file-empty',
        'The file holds nothing but blanks.',
        'Send a CSV file with a header line and one line for each subscription.',
      );
    }
  }
}

function opened(text: string, line: number, held: Buffer, pieces: AsyncGenerator<Buffer, void, undefined>): Opened {
  const header = text.replace(/\r+$/, '');
  if (header.includes('\r')) {
    throw new ImportFileFault('line-ends-unsupported', 'Lines end with CR alone.', 'Save the file with line ends LF or CRLF.', { line });
  }
  return { header, line, rest: following(held, pieces) };
}

async function* following(held: Buffer, pieces: AsyncGenerator<Buffer, void, undefined>): AsyncGenerator<Buffer, void, undefined> {
  yield held;
  yield* pieces;
}
