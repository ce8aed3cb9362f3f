import type { Clock } from '#kernel';
import { z } from 'zod';
import { OutsideFailure } from '../gateway.ts';
import { exchange, type HttpAnswer, type HttpLimits } from '../http/exchange.ts';
import { parseBody } from '../http/json-body.ts';
import { hasRetryAfter, retryAtOf } from '../http/retry-after.ts';
import type { RateGovernor } from '../rates/rate-governor.ts';
import { loginFailure } from './login-failure.ts';
import type { RefreshToken } from './refresh-token.ts';

export interface TokenGrant {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

export interface TokenEndpointOptions {
  readonly loginUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: RefreshToken;
  readonly clock: Clock;
  readonly governor: RateGovernor;
  readonly limits: HttpLimits;
}

/** What a token is for: the v1 endpoint names a resource, the v2 endpoint a scope (facts §1.2). */
export type TokenTarget = { readonly version: 'v1'; readonly resource: string } | { readonly version: 'v2'; readonly resource: string };

const grantShape = z.object({
  access_token: z.string().min(1),
  // v1 sends integers as strings, v2 as numbers.
  expires_in: z.coerce.number().int().positive(),
  refresh_token: z.string().min(1).nullish(),
});

/** Redeems the refresh token at one tenant. The new refresh token is kept before the access token is used. */
export function createTokenEndpoint(options: TokenEndpointOptions) {
  return async function redeem(tenantId: string, target: TokenTarget, whose: 'partner' | 'customer'): Promise<TokenGrant> {
    const { clock, governor, limits } = options;
    governor.admit('login', tenantId);
    const operation = whose === 'partner' ? 'redeem the refresh token' : 'get a token for the customer tenant';
    const answer = await exchange(
      {
        system: 'login',
        operation,
        method: 'POST',
        url: `${options.loginUrl.replace(/\/+$/, '')}/${encodeURIComponent(tenantId)}/oauth2/${target.version === 'v2' ? 'v2.0/' : ''}token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: form(options, target),
        write: false,
      },
      limits,
    );
    if (answer.status === 429 || hasRetryAfter(answer)) governor.throttled('login', tenantId, retryAtOf(answer, clock));
    else governor.answered('login');
    if (answer.status !== 200) throw loginFailure(answer, operation, whose, clock);
    const grant = parseGrant(answer, operation);
    if (grant.refresh_token) await options.refreshToken.replace(grant.refresh_token);
    return { accessToken: grant.access_token, expiresInSeconds: grant.expires_in };
  };
}

function form(options: TokenEndpointOptions, target: TokenTarget): string {
  const aim =
    target.version === 'v1' ? { resource: target.resource, scope: 'openid' } : { scope: `${target.resource.replace(/\/+$/, '')}/.default` };
  return new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: options.refreshToken.current(),
    client_id: options.clientId,
    client_secret: options.clientSecret,
    ...aim,
  }).toString();
}

function parseGrant(answer: HttpAnswer, operation: string): z.infer<typeof grantShape> {
  const parsed = grantShape.safeParse(parseBody(answer.text));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => issue.path.join('.') || 'the body').join(', ');
  throw new OutsideFailure(
    'retry-later',
    'unexpected-answer',
    `The login endpoint's answer to "${operation}" does not fit: ${wrong}.`,
    undefined,
    '200',
  );
}
