import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Instant, positionToText } from '#kernel';
import type { MigrationFilter } from '#read-models';
import type { BulkResult } from '../../bulk/index.ts';
import { CountMigrations } from '../../queries/index.ts';
import type { Service } from '../../service/service.ts';
import { SERVICE } from '../../wiring/tokens.ts';
import { GuidParam } from '../fields/guid-param.ts';
import { RequestValidationPipe } from '../fields/validation-pipe.ts';
import { filterOf } from '../migrations/list-query.ts';
import { STEERING_COMMANDS, type SteeringName, isSteeringName, steeringCommand } from '../migrations/steering-commands.ts';
import { Describes } from '../openapi/describes.ts';
import { Problem, invalidRequest } from '../problems/problem.ts';
import { waitForMinPosition } from '../request/min-position.ts';
import { commandContextOf } from '../request/request-context.ts';
import { BulkBody } from './bulk-body.ts';
import { BulkCarrying } from './bulk-carrying.ts';

interface BulkView {
  readonly bulkId: string;
  readonly command: string;
  readonly state: 'running' | 'done';
  readonly count: number;
  readonly requestedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly results: readonly BulkResult[];
}

/** One command for all migrations that a filter hits. */
@ApiTags('commands')
@Controller('v1/bulk')
export class BulkController {
  readonly #bodies = new RequestValidationPipe();

  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(BulkCarrying) private readonly carrying: BulkCarrying,
  ) {}

  @Post(':command')
  @HttpCode(202)
  @Describes({
    summary: 'One command for all migrations that a filter hits; with `preview` only their exact number',
    answer: 'BulkReceived',
    status: 202,
    problems: [404],
    writes: true,
    reads: true,
  })
  async begin(
    @Param('command') name: string,
    @Body() { filter, body, preview = false }: BulkBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ bulkId: string } | { count: number }> {
    if (!isSteeringName(name))
      throw new Problem(404, 'command-unknown', `There is no such command: it is one of ${Object.keys(STEERING_COMMANDS).join(', ')}.`);
    const wanted = wantedBy(filterOf(filter));
    const checked = await this.#checkedBody(name, body, request);
    await waitForMinPosition(request.headers['min-position'], this.service.queries.positions);
    if (preview) {
      void reply.status(200);
      return { count: await this.queries.execute(new CountMigrations(wanted)) };
    }
    const { commandId: bulkId, actor, correlationId } = commandContextOf(request);
    const position = await this.carrying.runs.begin({ bulkId, command: name, body: checked, filter: wanted, actor, correlationId });
    void reply.headers({ location: `/v1/bulk/${bulkId}`, position: positionToText(position) });
    return { bulkId };
  }

  @Get(':bulkId')
  @Describes({ summary: 'What became of each migration of a bulk command', answer: 'BulkRun', problems: [400, 404] })
  async byId(@Param('bulkId', GuidParam) bulkId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<BulkView> {
    const run = await this.carrying.runs.get(bulkId);
    if (!run) throw new Problem(404, 'bulk-unknown', `There is no bulk command ${bulkId}.`);
    const { request, requestedAt, finishedAt, targets, results } = run;
    void reply.header('etag', `"${finishedAt === null ? 'running' : 'done'}-${results.length}"`);
    return {
      bulkId,
      command: request.command,
      state: finishedAt === null ? 'running' : 'done',
      count: targets.length,
      requestedAt,
      finishedAt,
      results,
    };
  }

  /** The fault of a field in `body` is told where it stands. */
  async #checkedBody(name: SteeringName, body: unknown, request: FastifyRequest): Promise<Record<string, unknown>> {
    try {
      const checked = (await this.#bodies.transform(body ?? {}, { type: 'body', metatype: STEERING_COMMANDS[name].body })) as object;
      steeringCommand(name, '', checked, commandContextOf(request), this.service.clock.now());
      return Object.fromEntries(Object.entries(checked).filter(([, value]) => value !== undefined));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 400) throw error;
      const errors = error.errors.length > 0 ? error.errors : [{ pointer: '', code: error.code, hint: error.detail }];
      throw invalidRequest(errors.map((fault) => ({ ...fault, pointer: `/body${fault.pointer}` })));
    }
  }
}

function wantedBy(filter: MigrationFilter): MigrationFilter {
  if (Object.keys(filter).length > 0) return filter;
  throw invalidRequest([
    {
      pointer: '/filter',
      code: 'filter-empty',
      hint: 'names no field: a command for all migrations has to say so, by all their stages for instance',
    },
  ]);
}
