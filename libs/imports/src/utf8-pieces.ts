import { isUtf8 } from 'node:buffer';
import { detectEncoding, ENCODING_BYTES, endOfWholeCharacters, firstBadByte, SAVE_AS_UTF8, type Encoding } from './encoding.ts';
import { rejectForeignFormat } from './foreign-format.ts';
import { ImportFileFault } from './import-file-fault.ts';

const PIECE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * The file as UTF-8 without byte order mark, in pieces of whole characters of at most about 128 KiB, however it came.
 * Throws `ImportFileFault` at the first byte that is not text, wherever it lies, and when the file is empty or no CSV at all.
 */
export async function* utf8Pieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  let transcoder: Transcoder | undefined;
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      const piece = chunk.subarray(from, from + PIECE_BYTES);
      if (transcoder) {
        yield* transcoder.take(piece);
        continue;
      }
      held = Buffer.concat([held, piece]);
      if (held.length < ENCODING_BYTES) continue;
      transcoder = begin(held);
      yield* transcoder.take(held.subarray(transcoder.offset));
    }
  }
  if (!transcoder) {
    transcoder = begin(held);
    yield* transcoder.take(held.subarray(transcoder.offset));
  }
  transcoder.end();
}

function begin(head: Buffer): Transcoder {
  if (head.length === 0) {
    throw new ImportFileFault('file-empty', 'The file is empty.', 'Send a CSV file with a header line and one line for each subscription.');
  }
  rejectForeignFormat(head);
  const { encoding, markBytes } = detectEncoding(head);
  return new Transcoder(encoding, markBytes);
}

/** Turns pieces of one encoding into pieces of UTF-8 and keeps count, so that a bad byte can be named. */
class Transcoder {
  readonly #encoding: Encoding;
  #carry: Buffer = Buffer.alloc(0);
  #line = 1;
  /** Bytes of the file before the carry. */
  offset: number;

  constructor(encoding: Encoding, markBytes: number) {
    this.#encoding = encoding;
    this.offset = markBytes;
  }

  *take(piece: Uint8Array): Generator<Buffer, void, undefined> {
    const bytes = this.#carry.length > 0 ? Buffer.concat([this.#carry, piece]) : Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const end = endOfWholeCharacters(bytes, this.#encoding);
    const text = this.#toUtf8(bytes.subarray(0, end));
    if (!text) throw this.#fault(bytes);
    this.#line += newlinesIn(text);
    this.offset += end;
    this.#carry = Buffer.from(bytes.subarray(end));
    if (text.length > 0) yield text;
  }

  end(): void {
    if (this.#carry.length > 0) throw this.#fault(this.#carry);
  }

  #toUtf8(bytes: Buffer): Buffer | undefined {
    if (this.#encoding === 'utf-8') return isUtf8(bytes) ? bytes : undefined;
    try {
      return Buffer.from(new TextDecoder(this.#encoding, { fatal: true, ignoreBOM: true }).decode(bytes), 'utf8');
    } catch {
      return undefined;
    }
  }

  #fault(bytes: Buffer): ImportFileFault {
    const bad = firstBadByte(bytes, this.#encoding);
    const line = this.#line + newlinesIn(this.#toUtf8(bytes.subarray(0, bad)) ?? Buffer.alloc(0));
    const shown = bad < bytes.length ? `0x${bytes[bad]!.toString(16).padStart(2, '0')}` : 'the end of the file';
    return new ImportFileFault(
      'encoding-broken',
      `The file is not ${this.#encoding.toUpperCase()} throughout: line ${line} has ${shown} at byte ${this.offset + bad} of the file.`,
      SAVE_AS_UTF8,
      { line },
    );
  }
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
