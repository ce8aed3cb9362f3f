import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { DeadLetter, Page } from '#read-models';
import { ListDeadLetters } from '../../queries/index.ts';
import type { Service } from '../../service/service.ts';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../../wiring/tokens.ts';
import { GuidParam } from '../fields/guid-param.ts';
import { NoFields } from '../fields/validation-pipe.ts';
import { Describes } from '../openapi/describes.ts';
import { Problem } from '../problems/problem.ts';
import { waitForMinPosition } from '../request/min-position.ts';
import { DEFAULT_LIMIT, PageQuery, cursorOf } from '../request/paging.ts';
import { TakesQuery } from '../request/takes-query.ts';

interface ReplayView {
  /** Messages of the same key that have acted now, this one included where it could. */
  readonly applied: number;
  readonly waiting: number;
  readonly stoppedBy: { readonly id: string; readonly reason: string; readonly detail: string } | null;
}

/** Messages that wait because they could not be applied, and whatever came after them for the same customer. */
@ApiTags('messages')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(HTTP_PORTS) private readonly ports: HttpPorts,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Get()
  @TakesQuery()
  @Describes({ summary: 'Lists parked messages, the longest waiting first', answer: 'DeadLetterPage', problems: [400], reads: true })
  async list(
    @Query() { limit = DEFAULT_LIMIT, cursor }: PageQuery,
    @Headers('min-position') minPosition?: string,
  ): Promise<Page<DeadLetter>> {
    await waitForMinPosition(minPosition, this.service.queries.positions);
    return this.queries.execute(new ListDeadLetters({ limit, ...cursorOf(cursor) }));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @Describes({
    summary: 'Applies a parked message, and those of the same customer that wait with it, in order',
    answer: 'Replay',
    problems: [404],
    writes: true,
  })
  async replay(@Param('id', GuidParam) id: string, @Body() _body: NoFields): Promise<ReplayView> {
    const report = await this.ports.intake.replay(id);
    if (!report) throw new Problem(404, 'message-not-parked', 'No such message waits: list them with GET /v1/dead-letters.');
    const { applied, waiting, stoppedBy } = report;
    return {
      applied,
      waiting,
      stoppedBy: stoppedBy ? { id: stoppedBy.messageId, reason: stoppedBy.reason, detail: stoppedBy.detail } : null,
    };
  }
}
