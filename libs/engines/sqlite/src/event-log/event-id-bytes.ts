const HYPHENS = new Set([8, 13, 18, 23]);
const DIGITS = [...Array(36).keys()].filter((index) => !HYPHENS.has(index));
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Writes a UUID's 16 bytes; false when the text is no UUID in its lower-case form with hyphens. */
export function writeEventId(id: string, target: Uint8Array, offset: number): boolean {
  if (id.length !== 36) return false;
  for (const index of HYPHENS) if (id.charCodeAt(index) !== 45) return false;
  for (let byte = 0; byte < 16; byte++) {
    const high = digitAt(id, DIGITS[byte * 2]!);
    const low = digitAt(id, DIGITS[byte * 2 + 1]!);
    if (high < 0 || low < 0) return false;
    target[offset + byte] = high * 16 + low;
  }
  return true;
}

function digitAt(id: string, index: number): number {
  const code = id.charCodeAt(index);
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

export function readEventId(bytes: Uint8Array): string {
  let text = '';
  for (let byte = 0; byte < 16; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) text += '-';
    text += HEX[bytes[byte]!]!;
  }
  return text;
}
