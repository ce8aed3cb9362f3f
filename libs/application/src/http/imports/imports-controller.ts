import { Readable } from 'node:stream';
import { Controller, Get, Headers, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { positionToText } from '#kernel';
import { outcomesToCsv } from '#imports';
import type { ImportView } from '#read-models';
import { GetImport, ListImportRows } from '../../queries/index.ts';
import type { ReceiveOptions } from '../../importing/index.ts';
import type { Service } from '../../service/service.ts';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS, SERVICE } from '../../wiring/tokens.ts';
import type { Idempotency } from '../edge/idempotency.ts';
import { IDEMPOTENCY } from '../edge/idempotency-token.ts';
import { GuidParam } from '../fields/guid-param.ts';
import { Describes } from '../openapi/describes.ts';
import { Problem } from '../problems/problem.ts';
import { waitForMinPosition } from '../request/min-position.ts';
import { DEFAULT_LIMIT, cursorInvalid, cursorOf } from '../request/paging.ts';
import { TakesQuery } from '../request/takes-query.ts';
import { withHeldFile } from './held-file.ts';
import { ImportQuery, ImportRowsQuery } from './import-queries.ts';
import { everyOutcome } from './every-outcome.ts';

/** A person waits so long for the import to be seen, right after the upload. */
const SEEN_WITHIN_MS = 2_000;

@ApiTags('imports')
@Controller('v1/imports')
export class ImportsController {
  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(HTTP_PORTS) private readonly ports: HttpPorts,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(IDEMPOTENCY) private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @RouteConfig({ body: 'csv-stream', takesQuery: true })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', format: 'binary', description: 'One row is one original; the columns are in the documentation.' } })
  @Describes({
    summary: 'Takes a CSV file of customers in, of any size',
    answer: 'ImportReceived',
    status: 202,
    problems: [415],
    writes: true,
  })
  async receive(@Query() { dryRun = false }: ImportQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const stream = request.body;
    if (!(stream instanceof Readable))
      throw new Problem(415, 'content-type-unsupported', 'This address reads text/csv: say so in the header Content-Type.');
    if (request.headers['idempotency-key'] === undefined) {
      await this.#take(stream, { dryRun }, reply);
      return;
    }
    // Whether the same file came before is known only when all of it has been seen.
    await withHeldFile(stream, async ({ digest, read }) => {
      if (await this.idempotency.begin(request, reply, digest)) return;
      await this.#take(read(), { dryRun, importId: request.commandId ?? undefined }, reply);
    });
  }

  async #take(source: AsyncIterable<Uint8Array>, options: ReceiveOptions, reply: FastifyReply): Promise<void> {
    const { importId } = await this.ports.imports.receive(source, options);
    const { store, queries } = this.service;
    const position = await store.head();
    await queries.positions.waitFor(position, SEEN_WITHIN_MS).catch(() => undefined);
    void reply
      .status(202)
      .headers({
        location: `/v1/imports/${importId}`,
        position: positionToText(position),
        'content-type': 'application/json; charset=utf-8',
      })
      .send(JSON.stringify({ importId }));
  }

  @Get(':id')
  @Describes({ summary: 'How far an import is', answer: 'Import', problems: [400, 404], reads: true })
  async byId(
    @Param('id', GuidParam) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('min-position') minPosition?: string,
  ): Promise<ImportView> {
    await waitForMinPosition(minPosition, this.service.queries.positions);
    const view = await this.queries.execute(new GetImport(id));
    void reply.header('etag', `"${view.state}-${view.accepted + view.rejected + view.duplicates}"`);
    return view;
  }

  @Get(':id/rows')
  @TakesQuery()
  @ApiProduces('application/json', 'text/csv')
  @Describes({
    summary: 'The outcome of each row; with `Accept: text/csv` all of them as a file',
    answer: 'ImportRowPage',
    problems: [400, 404],
    reads: true,
  })
  async rows(
    @Param('id', GuidParam) importId: string,
    @Query() query: ImportRowsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await waitForMinPosition(request.headers['min-position'], this.service.queries.positions);
    const { outcome, limit = DEFAULT_LIMIT, cursor } = query;
    await this.queries.execute(new GetImport(importId));
    const wanted = { importId, ...(outcome !== undefined && { outcome }) };
    if (/\btext\/csv\b/.test(request.headers.accept ?? '')) {
      const pieces = outcomesToCsv(everyOutcome(this.queries, wanted));
      void reply
        .headers({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="import-${importId}.csv"` })
        .send(Readable.from(pieces));
      return;
    }
    const page = await this.queries.execute(new ListImportRows({ ...wanted, limit, ...afterLineOf(cursor, importId) }));
    void reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(page));
  }
}

function afterLineOf(text: string | undefined, importId: string): { readonly afterLine?: number } {
  const { cursor } = cursorOf(text);
  if (!cursor) return {};
  if (cursor.id !== importId || !/^\d{1,10}$/.test(cursor.after)) throw cursorInvalid();
  return { afterLine: Number(cursor.after) };
}
