import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MigrationPlan, MigrationSummary } from '#migration';
import type { Page } from '#read-models';
import { RegisterMigration } from '../../commands/index.ts';
import {
  GetHistory,
  GetMigration,
  GetMigrationAsOf,
  GetPlan,
  type HistoryItem,
  ListMigrations,
  type MigrationWithToDos,
} from '../../queries/index.ts';
import type { Service } from '../../service/service.ts';
import { SERVICE } from '../../wiring/tokens.ts';
import { GuidParam } from '../fields/guid-param.ts';
import { Describes } from '../openapi/describes.ts';
import { invalidRequest } from '../problems/problem.ts';
import { waitForMinPosition } from '../request/min-position.ts';
import { DEFAULT_LIMIT } from '../request/paging.ts';
import { commandContextOf, etagOf, isUnchanged } from '../request/request-context.ts';
import { TakesQuery } from '../request/takes-query.ts';
import { answerWithState } from './command-answer.ts';
import { ListMigrationsQuery, cursorWithSort, listOptionsOf } from './list-query.ts';
import { HistoryQuery, MigrationQuery, revisionAfter } from './read-queries.ts';
import { RegisterBody, customerOf } from './register-body.ts';
import { termEndFaults } from './term-ends.ts';

@ApiTags('migrations')
@Controller('v1/migrations')
export class MigrationsController {
  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  @Post()
  @HttpCode(201)
  @Describes({ summary: 'Registers one customer', answer: 'Migration', status: 201, problems: [409], writes: true })
  async register(
    @Body() body: RegisterBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MigrationWithToDos> {
    const { clock } = this.service;
    const faults = termEndFaults(body.lines, clock.now());
    if (faults.length > 0) throw invalidRequest(faults);
    const answer = await this.commands.execute(new RegisterMigration(customerOf(body), commandContextOf(request)));
    void reply.header('location', `/v1/migrations/${answer.state.id}`);
    return answerWithState(answer, reply, clock.now());
  }

  @Get()
  @TakesQuery()
  @Describes({ summary: 'Lists migrations', answer: 'MigrationPage', problems: [400], reads: true })
  async list(@Query() query: ListMigrationsQuery, @Headers('min-position') minPosition?: string): Promise<Page<MigrationSummary>> {
    await waitForMinPosition(minPosition, this.service.queries.positions);
    const { items, nextCursor } = await this.queries.execute(new ListMigrations(listOptionsOf(query)));
    return { items, nextCursor: cursorWithSort(nextCursor, query) };
  }

  @Get(':id')
  @TakesQuery()
  @Describes({ summary: 'The whole state of a migration, now or as it stood', answer: 'Migration', problems: [400, 404], reads: true })
  async byId(
    @Param('id', GuidParam) id: string,
    @Query() { asOf }: MigrationQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MigrationWithToDos | undefined> {
    await waitForMinPosition(request.headers['min-position'], this.service.queries.positions);
    const view = await this.queries.execute(asOf === undefined ? new GetMigration(id) : new GetMigrationAsOf(id, asOf));
    const etag = etagOf(view.version);
    void reply.header('etag', etag);
    // Only what stood at a time is known by its revision alone: today's risk and to-dos also go with the clock.
    if (asOf !== undefined && isUnchanged(request, etag)) {
      void reply.status(304);
      return undefined;
    }
    return view;
  }

  @Get(':id/history')
  @TakesQuery()
  @Describes({ summary: 'Every event of a migration, in order', answer: 'HistoryPage', problems: [400, 404] })
  history(@Param('id', GuidParam) id: string, @Query() { limit = DEFAULT_LIMIT, cursor }: HistoryQuery): Promise<Page<HistoryItem>> {
    return this.queries.execute(new GetHistory(id, limit, revisionAfter(cursor)));
  }

  @Get(':id/plan')
  @Describes({ summary: 'What would be done when, before anything is bought', answer: 'Plan', problems: [400, 404], reads: true })
  async plan(@Param('id', GuidParam) id: string, @Headers('min-position') minPosition?: string): Promise<MigrationPlan> {
    await waitForMinPosition(minPosition, this.service.queries.positions);
    return this.queries.execute(new GetPlan(id));
  }
}
