import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { parseWebhook } from '#partner-center';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS } from '../../wiring/tokens.ts';
import { Describes } from '../openapi/describes.ts';
import { Problem } from '../problems/problem.ts';

/** Partner Center's own webhook (facts §3): believed only with its signature. */
@ApiTags('messages')
@Controller('v1/webhooks/partner-center')
export class WebhookController {
  constructor(@Inject(HTTP_PORTS) private readonly ports: HttpPorts) {}

  @Post()
  @HttpCode(200)
  @RouteConfig({ body: 'raw' })
  @ApiBody({ schema: { type: 'object', description: 'A notice as Partner Center sends it.' } })
  @Describes({ summary: "Takes Partner Center's notices in", answer: 'Received', problems: [400, 401] })
  async receive(@Req() request: FastifyRequest): Promise<{ received: true }> {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const verdict = await this.ports.webhookVerifier.verify(request.headers, body);
    if (!verdict.ok) throw new Problem(verdict.status, verdict.code, verdict.detail);
    const notice = parseWebhook(body);
    if (!notice.ok) throw new Problem(400, notice.code, notice.detail);
    await this.ports.intake.receiveWebhook(notice);
    return { received: true };
  }
}
