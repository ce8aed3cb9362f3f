import type { AddressInfo } from 'node:net';
import { type HttpPorts, type Service, type Surface, createHttpApplication } from '#application';

export type { Surface };

export interface ListeningApi {
  /** With the port that it really has. */
  readonly url: string;
  /** Ends its streams, finishes what is in hand, and lets go of the port. */
  close(): Promise<void>;
}

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  /** Where others reach it; null = as it listens. */
  readonly publicUrl?: string | null;
  readonly surface?: Surface;
}

/** The HTTP API of a service, listening. Port 0 takes any free one. */
export async function createApi(
  service: Service,
  ports: HttpPorts,
  { host, port, publicUrl = null, surface = 'everything' }: ApiOptions,
): Promise<ListeningApi> {
  const app = await createHttpApplication(service, ports, surface, [
    hostInUrl(host),
    ...(publicUrl === null ? [] : [new URL(publicUrl).host]),
  ]);
  // Not through the framework, which logs a failure before it throws it: whoever starts the service tells it once.
  const server = app.getHttpAdapter().getInstance();
  await server.listen({ host, port });
  const address = server.server.address() as AddressInfo;
  const isAnyAddress = host === '0.0.0.0' || host === '::';
  return { url: `http://${hostInUrl(isAnyAddress ? '127.0.0.1' : host)}:${address.port}`, close: () => app.close() };
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
