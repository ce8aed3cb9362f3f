/** An answer as it came over the wire. `body` is the JSON in it, undefined where it is none. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

/** What a refused request is answered with (RFC 9457; contract §3). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly hint: string }[];
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Request {
  /** Sent as JSON, unless it is text or bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const ANSWERS_WITHIN_MS = 120_000;

function contentOf(body: unknown): { readonly body?: string | Uint8Array<ArrayBuffer>; readonly type?: string } {
  if (body === undefined) return {};
  if (typeof body === 'string') return { body };
  if (body instanceof Uint8Array) return { body: new Uint8Array(body) };
  return { body: JSON.stringify(body), type: 'application/json' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Asks one address. */
export async function ask<T = unknown>(method: string, address: string, { body, headers = {} }: Request = {}): Promise<Answer<T>> {
  const content = contentOf(body);
  const response = await fetch(address, {
    method,
    headers: { ...(content.type !== undefined && { 'content-type': content.type }), ...headers },
    ...(content.body !== undefined && { body: content.body }),
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: jsonOf(text) as T };
}

/** Asks, and wants a particular status: another one tells what came instead. */
export async function demand<T>(status: number, method: string, address: string, request: Request = {}): Promise<Answer<T>> {
  const answer = await ask<T>(method, address, request);
  if (answer.status !== status)
    throw new Error(`${method} ${address} gave ${answer.status} instead of ${status}: ${answer.text.slice(0, 2_000)}`);
  return answer;
}

export interface ListRequest {
  readonly limit?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Every item of a list, page by page. */
export async function everyItem<T>(address: string, { limit = 500, headers = {} }: ListRequest = {}): Promise<readonly T[]> {
  const items: T[] = [];
  const url = new URL(address);
  url.searchParams.set('limit', String(limit));
  for (let cursor: string | null = null; ;) {
    if (cursor !== null) url.searchParams.set('cursor', cursor);
    const page: Page<T> = (await demand<Page<T>>(200, 'GET', url.href, { headers })).body;
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) return items;
  }
}
