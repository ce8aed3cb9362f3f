import { parse, v5 } from 'uuid';

/** As bytes, like the text below: what comes as text is taken apart anew at each call. */
const NAMESPACE = parse('6f1b1c1e-2a53-5c0e-9d7e-54d1c9a0b7e4');
const UTF_8 = new TextEncoder();

/** A UUID that is always the same for the same parts (RFC 9562, version 5): ids are derived, never drawn by chance. */
export function derivedId(...parts: readonly string[]): string {
  return v5(UTF_8.encode(parts.join('\n')), NAMESPACE);
}

/** A GUID in any case, without braces, in lower case; `undefined` when the text is none. */
export function parseGuid(text: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;
}
