import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type HttpLog, type HttpPorts, type Service, createHttpApplication } from '#application';

export interface ApiOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly logger?: HttpLog;
}

/** The HTTP API of a service, listening. `close()` ends its streams, finishes what is in hand, and lets go of the port. */
export async function createApi(service: Service, ports: HttpPorts, { host, port, logger }: ApiOptions): Promise<NestFastifyApplication> {
  const app = await createHttpApplication(service, logger ? { ...ports, log: logger } : ports);
  await app.listen({ host, port });
  return app;
}
