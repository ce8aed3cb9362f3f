import type { Clock, Evidence } from '#kernel';
import type { z } from 'zod';
import type { OutsideFailure } from '../gateway.ts';
import { AnsweredFailure } from '../failures/answered-failure.ts';
import { failureOfAnswer } from '../failures/failure-of-answer.ts';
import { exchange, type HttpAnswer, type HttpLimits, type HttpRequest, type OutsideSystem } from '../http/exchange.ts';
import { parseBody } from '../http/json-body.ts';
import { hasRetryAfter, retryAtOf } from '../http/retry-after.ts';
import type { CallClass } from '../rates/published-limits.ts';
import type { RateGovernor } from '../rates/rate-governor.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import { createTurns } from './in-turn.ts';

export interface OutsideCall<T> {
  /** What is being done, for texts a person reads. */
  readonly operation: string;
  readonly requestId: string;
  readonly callClass: CallClass;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly customerTenantId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Only the fields that are used; keys in camel case. */
  readonly answer: z.ZodType<T>;
}

export interface ReadAnswer<T> {
  readonly value: T;
  readonly evidence: Evidence;
  readonly headers: Headers;
}

export interface ChannelOptions {
  readonly system: Exclude<OutsideSystem, 'login'>;
  readonly tokens: (customerTenantId: string | undefined) => TokenSource;
  readonly headers: (requestId: string) => Readonly<Record<string, string>>;
  /** Response headers that name the answer, best first. */
  readonly answerIdHeaders: readonly string[];
  readonly governor: RateGovernor;
  readonly clock: Clock;
  readonly limits: HttpLimits;
}

/** One call outside: budget, token, one attempt and at most one more after a 401; its answer checked. */
export type Channel = <T>(call: OutsideCall<T>) => Promise<ReadAnswer<T>>;

export function createChannel(options: ChannelOptions): Channel {
  const { system, governor, clock, limits } = options;
  const inTurn = createTurns();

  async function attempt(call: OutsideCall<unknown>, token: string): Promise<{ request: HttpRequest; answer: HttpAnswer }> {
    governor.admit(call.callClass, call.customerTenantId);
    const request: HttpRequest = {
      system,
      operation: call.operation,
      method: call.method,
      url: call.url,
      headers: {
        ...options.headers(call.requestId),
        ...call.headers,
        authorization: `Bearer ${token}`,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      write: call.method !== 'GET',
    };
    const answer = await exchange(request, limits);
    if (answer.status === 429 || (answer.status >= 500 && hasRetryAfter(answer)))
      governor.throttled(call.callClass, call.customerTenantId, retryAtOf(answer, clock));
    else governor.answered(call.callClass);
    return { request, answer };
  }

  async function callNow<T>(asked: OutsideCall<T>): Promise<ReadAnswer<T>> {
    const source = options.tokens(asked.customerTenantId);
    const token = await source.current();
    let { request, answer } = await attempt(asked, token);
    if (answer.status === 401) {
      source.reject(token);
      ({ request, answer } = await attempt(asked, await source.current()));
    }
    const evidence = evidenceOf(answer, asked, options);
    if (answer.status < 200 || answer.status > 299) throw failureOfAnswer(request, answer, evidence, clock);
    return { value: fit(asked, request, answer, evidence), evidence, headers: answer.headers };
  }

  // A Retry-After binds a class of calls at one customer: those go one after the other, others side by side.
  return (asked) => inTurn(`${asked.callClass} ${asked.customerTenantId ?? ''}`, () => callNow(asked));
}

function evidenceOf(answer: HttpAnswer, call: OutsideCall<unknown>, { system, answerIdHeaders, clock }: ChannelOptions): Evidence {
  const answerId = answerIdHeaders.map((name) => answer.headers.get(name)).find((value) => value !== null && value !== '');
  return { system, requestId: call.requestId, ...(answerId ? { answerId } : {}), answeredAt: clock.now() };
}

function fit<T>(call: OutsideCall<T>, request: HttpRequest, answer: HttpAnswer, evidence: Evidence): T {
  const parsed = call.answer.safeParse(parseBody(answer.text));
  if (parsed.success) return parsed.data;
  throw unexpected(
    call.operation,
    request,
    parsed.error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
      .join('; '),
    evidence,
    answer.status,
  );
}

function unexpected(operation: string, request: HttpRequest, wrong: string, evidence: Evidence, status: number): OutsideFailure {
  return new AnsweredFailure(
    'retry-later',
    'unexpected-answer',
    `${request.system} answered "${operation}" with a body that does not fit (${wrong}). It will be asked again; if this lasts, its format has changed.`,
    evidence,
    { outsideCode: String(status), outcomeUnknown: request.write },
  );
}
