import { ApiFault } from './api-fault.ts';
import { link } from './links.ts';
import type { OutsideCall } from './outside-route.ts';

const TOKEN_HEADER = 'MS-ContinuationToken';
const DEFAULT_SIZE = 100;
const LARGEST_SIZE = 500;

export interface SeekPage {
  /** Where the page before ended; `''` at the beginning. */
  readonly after: string;
  readonly size: number;
}

/** Which page a call asks for: `size` first, then `seekOperation=Next` with the token header (facts §1.5). */
export function seekPage(call: OutsideCall): SeekPage {
  const token = call.header(TOKEN_HEADER.toLowerCase());
  if (call.query.seekOperation?.toLowerCase() === 'next') {
    const page = token === undefined ? undefined : readToken(token);
    if (!page) throw new ApiFault(400, 800002, `seekOperation=Next needs the ${TOKEN_HEADER} of the page before.`);
    return page;
  }
  const size = Number(call.query.size ?? 0);
  if (!Number.isInteger(size) || size < 0) throw new ApiFault(400, 800002, 'size must be a whole number.');
  return { after: '', size: Math.min(size === 0 ? DEFAULT_SIZE : size, LARGEST_SIZE) };
}

/** A seek collection; `last` is where the next page begins after, `null` on the last page. */
export function seekCollection(path: string, items: readonly object[], totalCount: number, size: number, last: string | null): object {
  const token = last === null ? null : Buffer.from(JSON.stringify({ after: last, size })).toString('base64url');
  const next = token === null ? {} : { next: link(`${path}?seekOperation=Next`, 'GET', [{ key: TOKEN_HEADER, value: token }]) };
  return {
    totalCount,
    items,
    ...(token === null ? {} : { continuationToken: token }),
    links: { self: link(path), ...next },
    attributes: { objectType: 'Collection' },
  };
}

function readToken(token: string): SeekPage | undefined {
  try {
    const { after, size } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Partial<SeekPage>;
    return typeof after === 'string' && typeof size === 'number' ? { after, size } : undefined;
  } catch {
    return undefined;
  }
}
