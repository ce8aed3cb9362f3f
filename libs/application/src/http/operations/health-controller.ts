import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { HealthPart, Service } from '../../service/service.ts';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../../wiring/tokens.ts';
import { Describes } from '../openapi/describes.ts';

const ANSWERS_WITHIN_MS = 2_000;

interface PartView {
  readonly name: string;
  readonly status: 'up' | 'down';
  readonly detail?: string;
}

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(HTTP_PORTS) private readonly ports: HttpPorts,
  ) {}

  @Get('live')
  @Describes({ summary: 'The process answers', answer: 'Live' })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @Describes({ summary: 'Every part answers: 200, else 503; each part is named', answer: 'Health' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const parts = await Promise.all(this.service.health.map(partView));
    const ready = parts.every(({ status }) => status === 'up');
    if (!ready) void reply.status(503).header('retry-after', '1');
    const simulator = this.ports.simulatorAddress?.() ?? null;
    return { status: ready ? 'ready' : 'not-ready', parts, ...(simulator !== null && { simulator }) };
  }
}

async function partView(part: HealthPart): Promise<PartView> {
  const { name } = part;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`did not answer within ${ANSWERS_WITHIN_MS / 1000} s`)), ANSWERS_WITHIN_MS);
  try {
    await Promise.race([part.check(), late.promise]);
    return { name, status: 'up' };
  } catch (error) {
    return { name, status: 'down', detail: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Without the credentials that an engine's address may hold. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : 'failed';
  return message.replace(/\/\/[^/@\s]*@/g, '//').slice(0, 300);
}
