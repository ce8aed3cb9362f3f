import { parse } from 'uuid';
import { paddedLength, sha1 } from './sha1.ts';

const NAMESPACE = parse('6f1b1c1e-2a53-5c0e-9d7e-54d1c9a0b7e4');
const UTF_8 = new TextEncoder();
/** The most bytes that a UTF-16 unit becomes. */
const BYTES_A_UNIT = 3;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The namespace, and room for the names of most calls behind it. */
let named = withNamespace(1024);

function withNamespace(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(NAMESPACE);
  return bytes;
}

/** A UUID that is always the same for the same parts (RFC 9562, version 5): ids are derived, never drawn by chance. */
export function derivedId(...parts: readonly string[]): string {
  const name = parts.join('\n');
  const most = paddedLength(NAMESPACE.length + name.length * BYTES_A_UNIT);
  if (most > named.length) named = withNamespace(most);
  const { written } = UTF_8.encodeInto(name, named.subarray(NAMESPACE.length));
  const hash = sha1(named, NAMESPACE.length + written);
  const version = (hash[1]! & 0xffff0fff) | 0x5000;
  const variant = (hash[2]! & 0x3fffffff) | 0x80000000;
  return `${high(hash[0]!)}${low(hash[0]!)}-${high(version)}-${low(version)}-${high(variant)}-${low(variant)}${high(hash[3]!)}${low(hash[3]!)}`;
}

function high(word: number): string {
  return HEX[word >>> 24]! + HEX[(word >>> 16) & 0xff]!;
}

function low(word: number): string {
  return HEX[(word >>> 8) & 0xff]! + HEX[word & 0xff]!;
}

/** A GUID in any case, without braces, in lower case; `undefined` when the text is none. */
export function parseGuid(text: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}
