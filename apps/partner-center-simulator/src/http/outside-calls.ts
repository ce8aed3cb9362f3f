import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { derivedId, parseGuid, type Instant } from '#kernel';
import type { World } from '../world.ts';
import { ApiFault, faultBody, GraphFault } from './api-fault.ts';
import { lowerFirstKeys } from './body-keys.ts';
import type { OutsideAnswer, OutsideCall, OutsideRoute } from './outside-route.ts';
import { AUDIENCES, type Token } from './tokens.ts';

const MOST_SECONDS_TO_WAIT = 60;
const FEWEST_SECONDS_TO_WAIT = 5;
const SLOWEST_MS = 1_000;

/** Every call of Partner Center and Graph goes this way: counted, let in, limited, struck by faults, done, answered. */
export function addOutsideRoutes(app: FastifyInstance, world: World, routes: readonly OutsideRoute[]): void {
  for (const route of routes) {
    app.route({ method: route.method, url: route.path, handler: (request, reply) => answerCall(world, route, request, reply) });
  }
}

async function answerCall(world: World, route: OutsideRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const at = world.clock.now();
  const params = request.params as Record<string, string>;
  const token = world.tokens.read(request.headers.authorization, at);
  const customer = customerOf(params) ?? (route.api === 'graph' ? (token?.tenant ?? null) : null);
  const ordinal = world.calls.count(`${route.method} ${route.path.replace(/:\w+/g, '{id}')}`, customer, at);
  echo(route, ordinal, request, reply);

  const refused = refusalOf(world, route, token, customer, ordinal, at);
  if (refused) return send(reply, refused);
  if (world.faults.strikes('slow-response', ordinal)) await delay(world.faults.fraction('how-slow', ordinal) * SLOWEST_MS);

  const call: OutsideCall = {
    params,
    query: request.query as Record<string, string | undefined>,
    body: lowerFirstKeys(request.body),
    header: (name) => request.headers[name]?.toString(),
    requestId: (request.headers['ms-requestid'] ?? request.headers['client-request-id'])?.toString() ?? `call-${ordinal}`,
    ordinal,
    at,
    token: token!,
  };
  const answer = done(world, route, call);
  if (route.method !== 'GET' && answer.status < 400 && world.faults.strikes('lost-reply-after-commit', ordinal)) {
    reply.hijack();
    request.raw.socket.destroy();
    return reply;
  }
  return send(reply, answer);
}

/** Why nothing is done at all, `null` when the call may go on. */
function refusalOf(
  world: World,
  route: OutsideRoute,
  token: Token | null,
  customer: string | null,
  ordinal: number,
  at: Instant,
): OutsideAnswer | null {
  const unauthorized = route.api === 'graph' ? graphUnauthorized(token) : partnerCenterUnauthorized(world, route, token);
  if (unauthorized) return unauthorized;

  const scope = `${route.limit ?? route.path.split('/').at(-1) ?? ''} ${customer ?? ''}`;
  const wait = world.limits.check(route.limit, scope, at);
  if (wait !== null) {
    world.calls.countBroken();
    return throttled(route, wait);
  }
  if (world.faults.strikes('throttle', ordinal)) {
    const range = MOST_SECONDS_TO_WAIT - FEWEST_SECONDS_TO_WAIT;
    const seconds = Math.round(FEWEST_SECONDS_TO_WAIT + world.faults.fraction('retry-after', ordinal) * range);
    world.limits.pause(scope, at, seconds);
    return throttled(route, seconds);
  }
  if (world.faults.strikes('server-error', ordinal)) {
    const status = world.faults.fraction('which-error', ordinal) < 0.5 ? 500 : 503;
    return refusal(route, status, 800003, 'generalException', 'Something went wrong on the server. Nothing was done.');
  }
  return null;
}

function partnerCenterUnauthorized(world: World, route: OutsideRoute, token: Token | null): OutsideAnswer | null {
  const challenge = { headers: { 'www-authenticate': 'Bearer' } };
  if (token?.audience === 'retired-graph')
    return { ...refusal(route, 401, 900420, '', `Tokens for ${AUDIENCES['retired-graph']} are no longer accepted.`), ...challenge };
  if (token?.audience !== 'partner-center' || !world.partner.is(token.tenant)) {
    return { ...refusal(route, 401, 800001, '', 'The token is missing, has expired, or is meant for another service.'), ...challenge };
  }
  if (route.token === 'user' && !token.user) return refusal(route, 403, 900329, '', 'App-only tokens are not supported by this operation.');
  return null;
}

function graphUnauthorized(token: Token | null): OutsideAnswer | null {
  if (token?.audience === 'graph') return null;
  return graphRefusal(401, 'InvalidAuthenticationToken', 'The access token is missing, has expired, or is meant for another service.');
}

function done(world: World, route: OutsideRoute, call: OutsideCall): OutsideAnswer {
  try {
    return world.db.transaction(() => route.handle(call));
  } catch (error) {
    if (error instanceof ApiFault) return { status: error.status, body: faultBody(error.code, error.message, error.data) };
    if (error instanceof GraphFault) return graphRefusal(error.status, error.code, error.message);
    throw error;
  }
}

/** A throttled answer is not the normal fault (facts §1.6). */
function throttled(route: OutsideRoute, seconds: number): OutsideAnswer {
  const headers = { 'retry-after': String(seconds) };
  const message = `Rate limit is exceeded. Try again in ${seconds} seconds.`;
  if (route.api === 'graph') return { ...graphRefusal(429, 'TooManyRequests', message), headers };
  return { status: 429, headers, body: { statusCode: 429, message } };
}

function refusal(route: OutsideRoute, status: number, code: number, graphCode: string, description: string): OutsideAnswer {
  return route.api === 'graph' ? graphRefusal(status, graphCode, description) : { status, body: faultBody(code, description) };
}

function graphRefusal(status: number, code: string, message: string): OutsideAnswer {
  return { status, body: { error: { code, message, innerError: {} } } };
}

/** What names a call and its answer: Partner Center's headers, or Graph's. */
function echo({ api }: OutsideRoute, ordinal: number, request: FastifyRequest, reply: FastifyReply): void {
  const echoed = api === 'graph' ? ['client-request-id'] : ['ms-requestid', 'ms-correlationid', 'x-locale'];
  for (const name of echoed) {
    const sent = request.headers[name];
    if (typeof sent === 'string') reply.header(name, sent);
  }
  if (api === 'graph') reply.header('request-id', derivedId('answer', String(ordinal)));
  else reply.header('ms-serverid', 'stand-in').header('ms-cv', `stand-in.${ordinal}`);
}

function customerOf(params: Readonly<Record<string, string>>): string | null {
  return params.customer === undefined ? null : (parseGuid(params.customer) ?? params.customer);
}

function send(reply: FastifyReply, { status, headers, body }: OutsideAnswer): FastifyReply {
  reply.status(status).headers(headers ?? {});
  return body === undefined ? reply.send() : reply.type('application/json; charset=utf-8').send(body);
}
