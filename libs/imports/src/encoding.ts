import { ImportFileFault } from './import-file-fault.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export const SAVE_AS_UTF8 =
  'Save the file as UTF-8: in Excel choose "Save as" with the type "CSV UTF-8 (Comma delimited)", in a text editor choose the encoding UTF-8.';

/** How many first bytes `detectEncoding` wants to see (fewer when the file is shorter). */
export const ENCODING_BYTES = 8;

/** The encoding by its byte order mark, and how many bytes that mark takes. Without one it has to be UTF-8. */
export function detectEncoding(head: Uint8Array): { readonly encoding: Encoding; readonly markBytes: number } {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', markBytes: 3 };
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff)) {
    throw new ImportFileFault('encoding-unsupported', 'The file is encoded in UTF-32.', SAVE_AS_UTF8, { line: 1 });
  }
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  if (head.includes(0)) {
    throw new ImportFileFault(
      'encoding-unsupported',
      'The file begins with zero bytes: it looks like UTF-16 without a byte order mark.',
      SAVE_AS_UTF8,
      { line: 1 },
    );
  }
  return { encoding: 'utf-8', markBytes: 0 };
}

/** Where the last whole character ends: a character may lie across two pieces of the stream. */
export function endOfWholeCharacters(bytes: Uint8Array, encoding: Encoding): number {
  return encoding === 'utf-8' ? wholeUtf8(bytes) : wholeUtf16(bytes, encoding);
}

function wholeUtf8(bytes: Uint8Array): number {
  for (let index = bytes.length - 1; index >= Math.max(0, bytes.length - 3); index--) {
    const byte = bytes[index]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return bytes.length - index < length ? index : bytes.length;
  }
  return bytes.length;
}

function wholeUtf16(bytes: Uint8Array, encoding: Encoding): number {
  const end = bytes.length - (bytes.length % 2);
  if (end < 2) return end;
  const high = encoding === 'utf-16le' ? bytes[end - 1]! : bytes[end - 2]!;
  return high >= 0xd8 && high <= 0xdb ? end - 2 : end;
}

/** The offset of the first byte that belongs to no whole character; the length when there is none. */
export function firstBadByte(bytes: Uint8Array, encoding: Encoding): number {
  if (couldGoOn(bytes, encoding)) return lastWholeBefore(bytes, bytes.length, encoding);
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (couldGoOn(bytes.subarray(0, middle), encoding)) good = middle;
    else bad = middle;
  }
  return lastWholeBefore(bytes, good, encoding);
}

/** What has been seen so far becomes noticeably wrong only with the byte after it: step back to where the bad character begins. */
function lastWholeBefore(bytes: Uint8Array, end: number, encoding: Encoding): number {
  for (let cut = end; cut > Math.max(0, end - 4); cut--) {
    if (decodes(bytes.subarray(0, cut), encoding, false)) return cut;
  }
  return Math.max(0, end - 4);
}

function couldGoOn(bytes: Uint8Array, encoding: Encoding): boolean {
  return decodes(bytes, encoding, true);
}

function decodes(bytes: Uint8Array, encoding: Encoding, stream: boolean): boolean {
  try {
    new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}
