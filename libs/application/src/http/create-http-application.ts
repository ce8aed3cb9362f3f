import type { LoggerService } from '@nestjs/common';
import { NestApplicationContextOptions } from '@nestjs/common/interfaces/nest-application-context-options.interface.js';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Service } from '../service/service.ts';
import type { HttpLog, HttpPorts } from '../wiring/http-ports.ts';
import { ApplicationModule, type Surface } from './application-module.ts';
import { useBodyParsers } from './edge/body-parsers.ts';
import { useCutOffBodies } from './edge/cut-off-bodies.ts';
import { useKnownHosts } from './edge/known-hosts.ts';
import { IDEMPOTENCY } from './edge/idempotency-token.ts';
import type { Idempotency } from './edge/idempotency.ts';
import { useRequestHooks } from './edge/request-hooks.ts';
import { useSecurityHeaders } from './edge/security-headers.ts';
import { RequestValidationPipe } from './fields/validation-pipe.ts';
import { LiveStream } from './live/live-stream.ts';
import { useDocumentation } from './openapi/document.ts';
import { Metrics } from './operations/metrics.ts';
import { problemOf } from './problems/known-problems.ts';
import { ProblemFilter, sendProblem } from './problems/problem-filter.ts';

const LARGEST_BODY_BYTES = 1024 * 1024;
/** An import may take long to arrive; where nothing at all goes to and fro for ten minutes, nobody is there. */
const LONGEST_REQUEST_MS = 3_600_000;
const SILENT_CONNECTION_MS = 600_000;

/** The service's HTTP edge, ready to answer `inject` and to listen. `hosts`: by which names it is asked for beside those of the loopback. */
export async function createHttpApplication(
  service: Service,
  ports: HttpPorts,
  surface: Surface = 'everything',
  hosts: readonly string[] = [],
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: LARGEST_BODY_BYTES,
    requestTimeout: LONGEST_REQUEST_MS,
    connectionTimeout: SILENT_CONNECTION_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1_000 },
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => sendProblem(reply, problemOf(error)),
    multipart: false,
  });
  const instance = adapter.getInstance();
  useRequestHooks(instance, ports.newId);
  useSecurityHeaders(instance);
  useKnownHosts(instance, hosts);
  useBodyParsers(instance);
  useCutOffBodies(instance);

  const options = Object.assign(new NestApplicationContextOptions(), {
    logger: frameworkLog(ports.log),
    bodyParser: false,
    abortOnError: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApplicationModule.forService(service, ports, surface), adapter, options);
  app.get<Idempotency>(IDEMPOTENCY).use(instance);
  app.get(Metrics).use(instance);
  const live = app.get(LiveStream);
  instance.addHook('preClose', (done) => {
    live.end();
    done();
  });
  app.useGlobalPipes(new RequestValidationPipe());
  app.useGlobalFilters(new ProblemFilter(ports.log));
  app.enableCsrfProtection();
  useDocumentation(app, ports.version ?? '0.0.0');
  await app.init();
  await instance.ready();
  return app;
}

/** What the framework has to say, where it is more than that it has started. */
function frameworkLog(log: HttpLog): LoggerService {
  const said = (message: unknown, context: unknown[]): [Record<string, unknown>, string] => [
    { context: context.map(String).at(-1) },
    String(message),
  ];
  return {
    log: () => undefined,
    warn: (message: unknown, ...context: unknown[]) => log.warn(...said(message, context)),
    error: (message: unknown, ...context: unknown[]) => log.error(...said(message, context)),
  };
}
