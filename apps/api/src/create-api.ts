import type { AddressInfo } from 'node:net';
import { type HttpPorts, type Service, type Surface, createHttpApplication } from '#application';

export type { Surface };

export interface ListeningApi {
  /** With the port that it really has. */
  readonly url: string;
  /** Ends its streams, finishes what is in hand, and lets go of the port. */
  close(): Promise<void>;
}

/** The HTTP API of a service, listening. Port 0 takes any free one. */
export async function createApi(
  service: Service,
  ports: HttpPorts,
  { host, port, surface = 'everything' }: { readonly host: string; readonly port: number; readonly surface?: Surface },
): Promise<ListeningApi> {
  const app = await createHttpApplication(service, ports, surface);
  // Not through the framework, which logs a failure before it throws it: whoever starts the service tells it once.
  const server = app.getHttpAdapter().getInstance();
  await server.listen({ host, port });
  const address = server.server.address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return { url: `http://${shown.includes(':') ? `[${shown}]` : shown}:${address.port}`, close: () => app.close() };
}
