import { OutsideFailure } from '../gateway.ts';
import { boundedBytes } from './bounded-bytes.ts';

export type OutsideSystem = 'partner-center' | 'graph' | 'login';

export interface HttpRequest {
  readonly system: OutsideSystem;
  /** What is being done, for texts a person reads: `create the cart`. */
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A write whose answer is lost may have taken effect. */
  readonly write: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface HttpLimits {
  /** Milliseconds of real time for the whole exchange, body included. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

/** Failures in which no byte of the request can have reached the other side. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

/** One attempt, never repeated here. Rejects with `no-answer` or, for a body beyond the limit, `unexpected-answer`. */
export async function exchange(request: HttpRequest, limits: HttpLimits): Promise<HttpAnswer> {
  const headers = new Headers(request.headers);
  const signal = AbortSignal.timeout(limits.timeoutMs);
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
  } catch (error) {
    throw noAnswer(request, error, limits);
  }
  try {
    return { status: response.status, headers: response.headers, text: await boundedText(response, request, limits) };
  } catch (error) {
    throw error instanceof OutsideFailure ? error : noAnswer(request, error, limits);
  }
}

async function boundedText(response: Response, request: HttpRequest, limits: HttpLimits): Promise<string> {
  const bytes = await boundedBytes(response, limits.maxBodyBytes);
  if (bytes) return bytes.toString('utf8');
  throw new OutsideFailure(
    'retry-later',
    'unexpected-answer',
    `The answer to "${request.operation}" from ${request.system} is larger than ${limits.maxBodyBytes} bytes and was not read to its end.`,
    undefined,
    String(response.status),
    request.write,
  );
}

function noAnswer(request: HttpRequest, error: unknown, limits: HttpLimits): OutsideFailure {
  const why = reasonOf(error);
  const unknown = request.write && !NEVER_SENT.has(why);
  const what = why === 'timeout' ? `did not answer within ${limits.timeoutMs} ms` : `gave no answer (${why})`;
  return new OutsideFailure(
    'retry-later',
    'no-answer',
    `${request.system} ${what} to "${request.operation}". It will be asked again; if this lasts, check its address and the network.`,
    undefined,
    undefined,
    unknown,
  );
}

function reasonOf(error: unknown): string {
  for (let current = error; typeof current === 'object' && current !== null; current = (current as { cause?: unknown }).cause) {
    const { name, code } = current as { name?: unknown; code?: unknown };
    if (name === 'TimeoutError') return 'timeout';
    if (typeof code === 'string') return code;
  }
  return 'connection lost';
}
