import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readHttpEvents } from '#messaging';
import { type WebhookVerifier, parseWebhook } from '#partner-center';
import type { Event } from './upstream.ts';

export interface EdgeParts {
  /** An event of the stand-in's upstream systems: taken, and delivered when they please. */
  takeEvent(event: Event): void;
  /** A verified notice; rejects while the service is down. */
  takeNotice(notice: Extract<ReturnType<typeof parseWebhook>, { ok: true }>): Promise<void>;
  verifier(): Pick<WebhookVerifier, 'verify'>;
}

/** Where the stand-in sends to: stands for the addresses of the product and of what lies before it, over all its lives. */
export async function openProductEdge(parts: EdgeParts): Promise<{ readonly url: string; close(): Promise<void> }> {
  async function answer(request: IncomingMessage): Promise<number> {
    const body = Buffer.concat(await request.toArray());
    if (request.url === '/v1/events') {
      const reading = readHttpEvents(request.headers, body.toString('utf8'));
      if (!reading.ok) return 400;
      for (const incoming of reading.events) if (incoming.ok) parts.takeEvent(incoming.event);
      return 202;
    }
    const verdict = await parts.verifier().verify(request.headers, body);
    if (!verdict.ok) return verdict.status;
    const notice = parseWebhook(body);
    if (!notice.ok) return 400;
    await parts.takeNotice(notice);
    return 202;
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
