import type { FastifyInstance } from 'fastify';
import { type FieldFault, Problem, invalidRequest } from '../problems/problem.ts';
import { originOf } from '../request/request-context.ts';

const LONGEST_ADDRESS = 8_192;

/** What every request goes through before its route: who it is from, whether its address is bearable, whether the route reads its parameters. */
export function useRequestHooks(instance: FastifyInstance, newId: () => string): void {
  instance.decorateRequest('origin');
  instance.decorateRequest('commandId', null);

  instance.addHook('onRequest', (request, reply, done) => {
    request.origin = originOf(request, newId());
    // Answers name customers: only who asked may keep them, and only to ask whether they still stand.
    void reply.header('x-correlation-id', request.origin.correlationId).header('cache-control', 'private, no-cache');
    if (request.raw.url !== undefined && request.raw.url.length > LONGEST_ADDRESS) {
      done(new Problem(414, 'address-too-long', `The address is longer than ${LONGEST_ADDRESS} characters: shorten its parameters.`));
      return;
    }
    done();
  });

  instance.addHook('preValidation', (request, _reply, done) => {
    const { config, url } = request.routeOptions;
    if (config.takesQuery === true || url === undefined || !url.startsWith('/v1/')) {
      done();
      return;
    }
    const unknown = Object.keys(request.query as object);
    done(unknown.length === 0 ? undefined : invalidRequest(unknown.slice(0, 20).map(unknownParameter)));
  });
}

function unknownParameter(name: string): FieldFault {
  return {
    pointer: `/${name.slice(0, 100)}`,
    code: 'unknown-field',
    hint: 'is not a parameter of this address: leave it out, or check how it is written',
  };
}
