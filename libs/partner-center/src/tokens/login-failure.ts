import type { Clock } from '#kernel';
import { z } from 'zod';
import { OutsideFailure } from '../gateway.ts';
import type { HttpAnswer } from '../http/exchange.ts';
import { parseBody } from '../http/json-body.ts';
import { retryAtOf, hasRetryAfter } from '../http/retry-after.ts';
import { meaningOfStatus } from '../failures/status-meanings.ts';

const shape = z.object({ error: z.string(), error_codes: z.array(z.number()).nullish().catch(null) });

/** Codes of the identity platform that say that the refresh token itself is spent or revoked. */
const TOKEN_SPENT = new Set([50173, 70000, 70008, 700082, 700084]);

/** A refused token request. The login endpoint's own text is never passed on: it names users. */
export function loginFailure(answer: HttpAnswer, operation: string, whose: 'partner' | 'customer', clock: Clock): OutsideFailure {
  const parsed = shape.safeParse(parseBody(answer.text));
  const error = parsed.data?.error ?? '';
  const number = parsed.data?.error_codes?.[0];
  const outsideCode = [answer.status, /^[a-z_]{1,60}$/.test(error) ? error : undefined, number]
    .filter((part) => part !== undefined)
    .join('/');
  const fail = (kind: OutsideFailure['kind'], code: string, advice: string): OutsideFailure =>
    new OutsideFailure(
      kind,
      code,
      `The login endpoint answered "${operation}" with ${outsideCode}. ${advice}`,
      kind === 'retry-later' && (answer.status === 429 || hasRetryAfter(answer)) ? retryAtOf(answer, clock) : undefined,
      outsideCode,
    );

  if (answer.status === 429) return fail('retry-later', 'throttled', 'It limits the rate of calls.');
  if (answer.status >= 500 || error === 'temporarily_unavailable') return fail('retry-later', 'server-error', 'It will be asked again.');
  if (error === 'invalid_client' || error === 'unauthorized_client')
    return fail('needs-person', 'client-rejected', 'Check the client id and its secret, which may have expired.');
  if (error === 'interaction_required')
    return fail(
      'needs-person',
      'consent-or-mfa',
      'A person must sign in again with multi-factor authentication and renew the refresh token.',
    );
  if (error === 'invalid_grant' || error === 'consent_required') {
    return whose === 'customer' && !(number !== undefined && TOKEN_SPENT.has(number))
      ? fail(
          'needs-person',
          'directory-access-missing',
          'The customer tenant gives this partner no token: ask the customer to approve the delegated admin (GDAP) request and consent.',
        )
      : fail('needs-person', 'refresh-token-rejected', 'The refresh token is spent or revoked: a partner user must sign in again.');
  }
  const meaning = meaningOfStatus(answer.status);
  return meaning.kind === 'retry-later'
    ? fail('retry-later', meaning.code, meaning.advice)
    : fail('needs-person', 'login-refused', 'Check the login address, the tenant id and the client.');
}
