import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.ts';

/** How a route takes its body: as JSON (the default), as it came, or as a stream that is never held as a whole. */
export type BodyForm = 'json' | 'raw' | 'csv-stream';

declare module 'fastify' {
  interface FastifyContextConfig {
    body?: BodyForm;
  }
}

type Done = (error: Error | null, body?: unknown) => void;

function formOf(request: FastifyRequest): BodyForm {
  return request.routeOptions.config.body ?? 'json';
}

/** Exactly one parser reads each content type; what none reads is 415. */
export function useBodyParsers(instance: FastifyInstance): void {
  const parseJson = instance.getDefaultJsonParser('error', 'error');
  instance.removeAllContentTypeParsers();

  instance.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
    const form = formOf(request);
    if (form === 'raw') done(null, body);
    else if (form === 'csv-stream') done(unsupported('text/csv'));
    else if (body.length === 0) done(null, undefined);
    else if (!isUtf8(body)) done(new Problem(400, 'encoding-broken', 'The body is not UTF-8: send it in that encoding.'));
    else {
      const text = body.toString('utf8');
      // `void`: the parser answers through its callback alone.
      void parseJson(request, text, (error: Error | null, parsed?: unknown) => done(error && notJson(text), parsed));
    }
  });
  instance.addContentTypeParser('text/csv', (request, stream, done: Done) => {
    if (formOf(request) === 'csv-stream') done(null, stream);
    else done(unsupported('application/json'));
  });
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
    const form = formOf(request);
    if (form === 'raw') done(null, body);
    else done(unsupported(form === 'json' ? 'application/json' : 'text/csv'));
  });
}

function unsupported(expected: string): Problem {
  return new Problem(415, 'content-type-unsupported', `This address reads ${expected}: say so in the header Content-Type.`, {
    headers: { accept: expected },
  });
}

/** What is wrong is looked for only now. The parser's own message quotes the body: only the place goes out. */
function notJson(text: string): Problem {
  try {
    JSON.parse(text);
  } catch (error) {
    const place = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const from = place === undefined ? '' : ` from character ${place} on`;
    return new Problem(400, 'not-json', `The body is not JSON${from}: check its commas, quotes and braces.`);
  }
  return new Problem(400, 'field-name-forbidden', 'The body has a field named __proto__ or constructor: leave it out.');
}
