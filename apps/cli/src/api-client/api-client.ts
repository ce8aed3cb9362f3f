import { NoAnswer, ProblemAnswer, problemAnswerOf, whyNoAnswer } from './problem.ts';
import type { Page } from './shapes.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface ApiClientOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  /** The idempotency keys of this invocation's writes are derived from it. */
  readonly invocationId: string;
  /** Who stands behind the commands, for the history. */
  readonly actor: string | undefined;
}

export interface Write {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Every method throws `ProblemAnswer` when the service says no, `NoAnswer` when nothing answers. */
export interface ApiClient {
  readonly url: string;
  get<T>(path: string, query?: Query): Promise<T>;
  /** All pages of a list, one after the other. */
  pages<T>(path: string, query: Query): AsyncGenerator<Page<T>, void, undefined>;
  /** A write with an idempotency key: it may be sent again, and is done once. */
  write<T>(method: 'POST' | 'PUT', path: string, write?: Write): Promise<T>;
  /** The answer itself, its body not read. */
  open(path: string, init?: RequestInit & { readonly duplex?: 'half' }, query?: Query): Promise<Response>;
}

const TRIES = 3;
const LONGEST_WAIT_S = 10;
/** Nothing listens there: to try again at once is of no use. */
const NOBODY_THERE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export function createApiClient({ url, fetch, signal, pause, invocationId, actor }: ApiClientOptions): ApiClient {
  let writes = 0;

  function addressOf(path: string, query: Query = {}): URL {
    const address = new URL(`${url.replace(/\/+$/, '')}${path}`);
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? (value as readonly string[]) : [value])
        if (one !== undefined) address.searchParams.append(name, String(one));
    }
    return address;
  }

  async function open(path: string, init: RequestInit & { readonly duplex?: 'half' } = {}, query: Query = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(addressOf(path, query), { signal, ...init });
    } catch (error) {
      signal.throwIfAborted();
      throw new NoAnswer(url, whyNoAnswer(error), error);
    }
    if (!response.ok) throw await problemAnswerOf(response);
    return response;
  }

  /** How long to wait before the next try; `undefined` = it would not help. */
  function waitAfter(error: unknown, tried: number): number | undefined {
    if (tried >= TRIES) return undefined;
    if (error instanceof NoAnswer) return NOBODY_THERE.has(error.code) ? undefined : 250 * 4 ** (tried - 1);
    if (error instanceof ProblemAnswer && error.retryAfter !== null && error.retryAfter <= LONGEST_WAIT_S) return error.retryAfter * 1000;
    return undefined;
  }

  async function answered<T>(path: string, init: RequestInit, query: Query = {}): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        const response = await open(path, init, query);
        return (await response.json()) as T;
      } catch (error) {
        signal.throwIfAborted();
        const wait = waitAfter(error, tried);
        if (wait === undefined) throw error;
        await pause(wait);
        signal.throwIfAborted();
      }
    }
  }

  return {
    url,
    get: (path, query) => answered(path, { headers: { accept: 'application/json' } }, query),
    async *pages<T>(path: string, query: Query) {
      let cursor: string | null | undefined;
      do {
        const page: Page<T> = await answered(
          path,
          { headers: { accept: 'application/json' } },
          { ...query, ...(cursor ? { cursor } : {}) },
        );
        yield page;
        cursor = page.nextCursor;
      } while (cursor);
    },
    write(method, path, { body = {}, headers = {} } = {}) {
      writes += 1;
      return answered(path, {
        method,
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'idempotency-key': `cutover-${invocationId}-${writes}`,
          ...(actor !== undefined && { 'x-actor': actor }),
          ...headers,
        },
      });
    },
    open,
  };
}
