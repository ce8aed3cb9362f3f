import type { Instant } from '#kernel';
import type { LimitedResource } from '../calls/rate-limits.ts';
import type { Token } from './tokens.ts';

export interface OutsideCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** JSON with the first letter of every key made small: requests may use either case (facts §1.4). */
  readonly body: unknown;
  readonly header: (name: string) => string | undefined;
  /** MS-RequestId as sent, else the call's ordinal. */
  readonly requestId: string;
  /** Of all calls ever: what faults are drawn by. */
  readonly ordinal: number;
  readonly at: Instant;
  readonly token: Token;
}

export interface OutsideAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One operation of Partner Center or Graph. `handle` runs in one transaction; a thrown fault undoes it. */
export interface OutsideRoute {
  readonly api: 'partner-center' | 'graph';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  /** `user`: an app-only token is 403/900329 (facts §1.2). */
  readonly token: 'any' | 'user';
  readonly limit: LimitedResource | null;
  readonly handle: (call: OutsideCall) => OutsideAnswer;
}
