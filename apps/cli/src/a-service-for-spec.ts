import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes out as JSON, a text as it is. */
  readonly body: unknown;
}

/** By method and path without query, as `GET /v1/clock`. */
export type Routes = Readonly<Record<string, (asked: Asked, response: ServerResponse) => Answer | 'handled'>>;

export interface FakeService {
  readonly url: string;
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

export function problem(status: number, code: string, detail: string, more: object = {}): Answer {
  const title = code.replaceAll('-', ' ');
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { type: `urn:cutover:problem:${code}`, title: title.charAt(0).toUpperCase() + title.slice(1), status, code, detail, ...more },
  };
}

/** Plays the service's side of the HTTP interface on a port of its own. */
export async function startFakeService(routes: Routes): Promise<FakeService> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const question: Asked = { method, path: url, headers, body };
      asked.push(question);
      const route = routes[`${method} ${url.replace(/\?.*$/, '')}`];
      const answer = route ? route(question, response) : problem(404, 'not-found', 'There is nothing at this address.');
      if (answer === 'handled') return;
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers }).end(text);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
