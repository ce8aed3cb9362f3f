import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Position, positionFromText } from '#kernel';
import { SECURITY_HEADERS } from '../edge/security-headers.ts';
import { Describes } from '../openapi/describes.ts';
import { Problem } from '../problems/problem.ts';
import { LiveStream } from './live-stream.ts';

@ApiTags('overview')
@Controller('v1/stream')
export class LiveController {
  constructor(@Inject(LiveStream) private readonly live: LiveStream) {}

  @Get()
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, schema: { type: 'string' } })
  @Describes({
    summary: 'What changes, as it changes',
    description:
      'Server-sent events: `migration` with a summary, `overview` with the overview, `reset` when too much lies between the last event and now: read the lists anew. `id` is a position.',
    problems: [400],
  })
  async stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const after = lastSeen(request.headers['last-event-id']);
    if (this.live.isFull)
      throw new Problem(503, 'too-many-readers', 'Too many live streams are open: close one, or ask again later.', {
        headers: { 'retry-after': '30' },
      });
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...SECURITY_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-correlation-id': request.origin.correlationId,
    });
    raw.write('retry: 2000\n\n');
    try {
      await this.live.add(raw, after);
    } catch {
      // The head is out: the reader comes back by itself.
      raw.destroy();
    }
  }
}

function lastSeen(header: string | string[] | undefined): Position | undefined {
  if (header === undefined || header === '') return undefined;
  const position = typeof header === 'string' ? positionFromText(header) : undefined;
  if (position === undefined) throw new Problem(400, 'last-event-id-invalid', 'Last-Event-ID takes the id of an event of this stream.');
  return position;
}
