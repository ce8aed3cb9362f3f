import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { derivedId, epochOf, instantFromEpoch, parseInstant, plusMs, type Clock, type Instant } from '#kernel';
import { createPartnerCenterClient, type PartnerCenterClient, type PartnerCenterClientOptions } from './client/create-client.ts';
import { OutsideFailure } from './gateway.ts';
import { createRateGovernor } from './rates/rate-governor.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What to answer; `drop` closes the connection, `never` leaves it open, `raw` is sent as it is. */
export type Play =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly json?: unknown; readonly raw?: string }
  | 'drop'
  | 'never';

export const CUSTOMER = '11111111-1111-4111-8111-111111111111';
export const PARTNER = '99999999-9999-4999-8999-999999999999';
export const REQUEST = derivedId('request');
export const START = parseInstant('2026-11-22T10:00:00Z')!;

export class DrivenClock implements Clock {
  private at = epochOf(START);
  now(): Instant {
    return instantFromEpoch(this.at);
  }
  advance(ms: number): void {
    this.at += ms;
  }
}

/** A local server that plays Partner Center, Graph and the login endpoint as told, for tests of the client alone. */
export class Outside {
  readonly received: Received[] = [];
  url = '';
  private readonly plays = new Map<string, ((request: Received) => Play)[]>();
  private tokens = 0;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      this.answer(
        { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') },
        response,
      ),
    );
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The answers to one method and path (query aside) in turn; the last one stands. */
  play(route: string, ...plays: (Play | ((request: Received) => Play))[]): this {
    this.plays.set(
      route,
      plays.map((play) => (typeof play === 'function' ? play : () => play)),
    );
    return this;
  }

  to(route: string): Received[] {
    return this.received.filter((request) => routeOf(request) === route);
  }

  private answer(request: Received, response: ServerResponse): void {
    this.received.push(request);
    const plays = this.plays.get(routeOf(request));
    const play = plays ? (plays.length > 1 ? plays.shift()! : plays[0]!)(request) : this.otherwise(request);
    if (play === 'never') return;
    if (play === 'drop') {
      response.destroy();
      return;
    }
    response.writeHead(play.status ?? 200, { 'content-type': 'application/json', 'ms-cv': 'cv.1', ...play.headers });
    response.end(play.raw ?? (play.json === undefined ? '' : JSON.stringify(play.json)));
  }

  private otherwise(request: Received): Play {
    if (!/\/oauth2\/(v2\.0\/)?token$/.test(request.path)) return { status: 404, json: { code: 1000, description: 'nothing here' } };
    this.tokens += 1;
    return {
      json: {
        token_type: 'Bearer',
        expires_in: request.path.includes('v2.0') ? 3600 : '3600',
        access_token: `access-${this.tokens}`,
        refresh_token: `refresh-${this.tokens}`,
      },
    };
  }
}

function routeOf(request: Received): string {
  return `${request.method} ${request.path.split('?')[0]}`;
}

export function clientOf(outside: Outside, clock: Clock, more: Partial<PartnerCenterClientOptions> = {}): PartnerCenterClient {
  return createPartnerCenterClient({
    partnerCenterUrl: outside.url,
    graphUrl: outside.url,
    loginUrl: outside.url,
    partnerTenantId: PARTNER,
    clientId: 'client',
    clientSecret: 'client-secret-value',
    refreshToken: 'refresh-0',
    clock,
    governor: createRateGovernor({ clock }),
    timeoutMs: 5_000,
    ...more,
  });
}

export async function failureOf(work: Promise<unknown>): Promise<OutsideFailure> {
  try {
    await work;
  } catch (failure) {
    if (failure instanceof OutsideFailure) return failure;
    throw failure;
  }
  throw new Error('expected an OutsideFailure, but the call succeeded');
}

export function after(ms: number): Instant {
  return plusMs(START, ms);
}
