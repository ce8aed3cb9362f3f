import type { FastifyInstance, FastifyReply } from 'fastify';
import { derivedId, epochOf, parseGuid } from '#kernel';
import type { World } from '../world.ts';
import { AUDIENCES, TOKEN_SECONDS, type Audience } from './tokens.ts';

/** The one client secret or refresh token that is refused; every other one is accepted. */
const REFUSED = 'wrong';
const GRANTS = ['client_credentials', 'refresh_token', 'authorization_code'];

/** The token endpoints, old and new (facts §1.2). */
export function addLoginRoutes(app: FastifyInstance, world: World): void {
  let issued = 0;
  for (const version of ['v1', 'v2'] as const) {
    const url = version === 'v1' ? '/:tenant/oauth2/token' : '/:tenant/oauth2/v2.0/token';
    app.post<{ Params: { tenant: string }; Body: Record<string, string> | undefined }>(url, (request, reply) => {
      const form = request.body ?? {};
      const at = world.clock.now();
      const refused = refusalOf(world, request.params.tenant, version, form);
      if (refused) return refuse(reply, refused);
      const tenant = parseGuid(request.params.tenant)!;
      const audience = audienceOf(version, form)!;
      const user = form.grant_type !== 'client_credentials';
      issued += 1;
      const refreshToken = user ? { refresh_token: `stand-in-refresh-${derivedId('refresh', tenant, at, String(issued))}` } : {};
      return reply.header('cache-control', 'no-store').send({
        token_type: 'Bearer',
        ...(user ? { scope: version === 'v1' ? 'user_impersonation' : `${AUDIENCES[audience]}/user_impersonation` } : {}),
        ...lifetime(version, epochOf(at)),
        ...(version === 'v1' ? { resource: AUDIENCES[audience] } : {}),
        access_token: world.tokens.issue({ tenant, audience, user }, at),
        ...refreshToken,
      });
    });
  }
}

interface Refusal {
  readonly status: 400 | 401;
  readonly error: string;
  readonly code: number;
  readonly description: string;
}

function refusalOf(world: World, tenantText: string, version: 'v1' | 'v2', form: Readonly<Record<string, string>>): Refusal | null {
  const { grant_type: grant, client_id: client, client_secret: secret, refresh_token: refreshToken } = form;
  const audience = audienceOf(version, form);
  const tenant = parseGuid(tenantText);
  if (grant === undefined || !GRANTS.includes(grant)) return bad('unsupported_grant_type', 70003, `Use one of ${GRANTS.join(', ')}.`);
  if (!client || !secret) return bad('invalid_request', 900144, 'The body must name client_id and client_secret.');
  if (secret === REFUSED) return { status: 401, error: 'invalid_client', code: 7000215, description: 'Invalid client secret provided.' };
  if (grant === 'refresh_token' && (!refreshToken || refreshToken === REFUSED))
    return bad('invalid_grant', 700082, 'The refresh token is missing or has expired.');
  if (audience === null) return bad('invalid_resource', 500011, 'The resource or scope is unknown.');
  if (tenant === undefined) return bad('invalid_request', 90002, `Tenant '${tenantText}' not found.`);
  if (audience === 'graph' && !world.customers.hasDirectoryAccess(tenant, world.clock.now())) {
    return bad(
      grant === 'client_credentials' ? 'unauthorized_client' : 'invalid_grant',
      65001,
      'The customer has not given this partner access to its directory.',
    );
  }
  if (audience === 'partner-center' && !world.partner.is(tenant))
    return bad('invalid_request', 90002, 'Partner Center tokens are for the partner’s own tenant.');
  return null;
}

function bad(error: string, code: number, description: string): Refusal {
  return { status: 400, error, code, description };
}

function refuse(reply: FastifyReply, { status, error, code, description }: Refusal): FastifyReply {
  return reply.status(status).send({ error, error_description: `AADSTS${code}: ${description}`, error_codes: [code] });
}

/** Strings that hold whole numbers in the old version, numbers in the new one. */
function lifetime(version: 'v1' | 'v2', nowMs: number): object {
  if (version === 'v2') return { expires_in: TOKEN_SECONDS, ext_expires_in: TOKEN_SECONDS };
  const now = Math.floor(nowMs / 1000);
  return {
    expires_in: String(TOKEN_SECONDS),
    ext_expires_in: String(TOKEN_SECONDS),
    expires_on: String(now + TOKEN_SECONDS),
    not_before: String(now),
  };
}

function audienceOf(version: 'v1' | 'v2', form: Readonly<Record<string, string>>): Audience | null {
  const asked = (version === 'v1' ? form.resource : form.scope?.split(' ').find((scope) => scope.startsWith('https://'))) ?? '';
  const found = (Object.entries(AUDIENCES) as [Audience, string][]).find(([, url]) => asked === url || asked.startsWith(`${url}/`));
  return found?.[0] ?? null;
}
