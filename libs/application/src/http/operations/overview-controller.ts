import { Controller, Get, Headers, Inject, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Instant } from '#kernel';
import { TO_DO_KINDS, type ToDoKind } from '#migration';
import type { Overview, Page, ToDoView } from '#read-models';
import { GetOverview, ListToDos } from '../../queries/index.ts';
import type { Service } from '../../service/service.ts';
import { SERVICE } from '../../wiring/tokens.ts';
import { InstantField, OneOf } from '../fields/fields.ts';
import { Describes } from '../openapi/describes.ts';
import { waitForMinPosition } from '../request/min-position.ts';
import { DEFAULT_LIMIT, PageQuery, cursorOf } from '../request/paging.ts';
import { TakesQuery } from '../request/takes-query.ts';

export class ToDosQuery extends PageQuery {
  @OneOf(TO_DO_KINDS, 'unknown-kind', { optional: true })
  kind?: ToDoKind;

  @InstantField({ optional: true, description: 'Exclusive.' })
  dueBefore?: Instant;
}

@ApiTags('overview')
@Controller('v1')
export class OverviewController {
  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Get('overview')
  @Describes({ summary: 'All migrations at a glance', answer: 'Overview', reads: true })
  async overview(@Headers('min-position') minPosition?: string): Promise<Overview> {
    await waitForMinPosition(minPosition, this.service.queries.positions);
    return this.queries.execute(new GetOverview());
  }

  @Get('todos')
  @TakesQuery()
  @Describes({ summary: 'All pending automatic work, the next one first', answer: 'ToDoPage', problems: [400], reads: true })
  async toDos(
    @Query() { kind, dueBefore, limit = DEFAULT_LIMIT, cursor }: ToDosQuery,
    @Headers('min-position') minPosition?: string,
  ): Promise<Page<ToDoView>> {
    await waitForMinPosition(minPosition, this.service.queries.positions);
    return this.queries.execute(
      new ListToDos({ limit, ...(kind !== undefined && { kind }), ...(dueBefore !== undefined && { dueBefore }), ...cursorOf(cursor) }),
    );
  }
}
