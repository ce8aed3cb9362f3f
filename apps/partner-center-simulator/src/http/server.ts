import Fastify, { type FastifyInstance } from 'fastify';
import { CERTIFICATE_PATH } from '../deliveries/webhook-signer.ts';
import type { World } from '../world.ts';
import { addControlRoutes, type ControlParts } from '../control/control-routes.ts';
import { sendProblem } from '../control/problem.ts';
import { faultBody } from './api-fault.ts';
import { cartRoutes } from './cart-routes.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { customerRoutes } from './customer-routes.ts';
import { graphRoutes } from './graph-routes.ts';
import { licenseRoutes } from './license-routes.ts';
import { addLoginRoutes } from './login-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { addOutsideRoutes } from './outside-calls.ts';
import { subscriptionRoutes } from './subscription-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

const BODY_LIMIT = 16 * 1024 * 1024;

/** One HTTP server for all that the stand-in stands in for, and for its control. */
export function createServer(world: World, control: ControlParts): FastifyInstance {
  const app = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true, routerOptions: { maxParamLength: 256 } });
  parseBodies(app);
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    const detail = error instanceof Error ? error.message : String(error);
    if (request.url.startsWith('/control/')) return sendProblem(reply, { status, code: status < 500 ? 'bad-request' : 'internal', detail });
    return reply.status(status).send(faultBody(status < 500 ? 800002 : 800003, detail));
  });
  app.setNotFoundHandler((request, reply) => {
    const detail = `${request.method} ${request.url} is not something that this stand-in for Partner Center answers.`;
    if (request.url.startsWith('/control/')) return sendProblem(reply, { status: 404, code: 'not-found', detail });
    return reply.status(404).send(faultBody(1000, detail));
  });
  app.get(CERTIFICATE_PATH, (_request, reply) => reply.type('application/pkix-cert').send(world.webhookSigner.certificateDer));
  addLoginRoutes(app, world);
  addOutsideRoutes(app, world, [
    ...customerRoutes(world),
    ...catalogRoutes(world),
    ...cartRoutes(world),
    ...orderRoutes(world),
    ...subscriptionRoutes(world),
    ...licenseRoutes(world),
    ...webhookRoutes(world),
    ...graphRoutes(world),
  ]);
  addControlRoutes(app, world, control);
  return app;
}

/** Forms go to the login endpoint; everything else is JSON, whatever it calls itself. */
function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    try {
      done(null, request.url.includes('/oauth2/') ? Object.fromEntries(new URLSearchParams(text)) : readJson(text));
    } catch {
      done(Object.assign(new Error('The body is not JSON.'), { statusCode: 400 }), undefined);
    }
  });
}

/** An empty body is none (a checkout has none); JSON may begin with a byte order mark. */
function readJson(text: string): unknown {
  const json = text.replace(/^\uFEFF/, '').trim();
  return json === '' ? undefined : JSON.parse(json);
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 ? status : 500;
}
