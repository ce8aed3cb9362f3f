import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Service } from '../../service/service.ts';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../../wiring/tokens.ts';
import { Describes } from '../openapi/describes.ts';
import { partView } from './part-view.ts';

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
