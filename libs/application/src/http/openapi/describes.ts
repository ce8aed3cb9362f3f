import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';

/** The named shapes of answers: `schemas.ts` holds them. */
export type SchemaName =
  | 'Migration'
  | 'MigrationSummary'
  | 'MigrationPage'
  | 'HistoryPage'
  | 'Plan'
  | 'Overview'
  | 'ToDoPage'
  | 'Import'
  | 'ImportRowPage'
  | 'ImportReceived'
  | 'EventsReceived'
  | 'Received'
  | 'BulkReceived'
  | 'BulkRun'
  | 'DeadLetterPage'
  | 'Replay'
  | 'Clock'
  | 'Rebuild'
  | 'Live'
  | 'Health';

export interface Description {
  readonly summary: string;
  readonly description?: string;
  readonly answer?: SchemaName;
  /** Default 200. */
  readonly status?: number;
  /** Statuses of the problems that are this route's own; 500 and 503 are every route's. */
  readonly problems?: readonly number[];
  /** It changes something: takes `Idempotency-Key`, `X-Actor` and the like. */
  readonly writes?: boolean;
  /** It is about one revision: takes `If-Match`. */
  readonly revisioned?: boolean;
  /** It is answered from the read models: takes `Min-Position`. */
  readonly reads?: boolean;
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request cannot be used: `errors` names each bad field.',
  401: 'The signature is missing or wrong.',
  404: 'There is no such thing.',
  409: 'The rules forbid it: `code` says which one.',
  412: 'The migration has moved on since the ETag in If-Match.',
  413: 'The body is larger than 1 MiB.',
  415: 'The content type is not read here.',
  422: 'Well-formed, and still not usable: `code` says why. Also an Idempotency-Key that came with another request.',
  500: 'The service failed.',
  503: 'Not now: `Retry-After` says when.',
};

/** What the OpenAPI document says of one route. */
export function Describes({
  summary,
  description,
  answer,
  status = 200,
  problems = [],
  writes,
  revisioned,
  reads,
}: Description): MethodDecorator {
  const statuses = [...new Set([...problems, ...(writes ? [400, 422] : []), ...(revisioned ? [412] : []), 500, 503])].sort((a, b) => a - b);
  return applyDecorators(
    ApiOperation({ summary, ...(description !== undefined && { description }) }),
    ApiResponse({
      status,
      description: summary,
      ...(answer && { content: { 'application/json': { schema: { $ref: `#/components/schemas/${answer}` } } } }),
    }),
    ...statuses.map((code) =>
      ApiResponse({
        status: code,
        description: MEANINGS[code] ?? 'A problem.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
    ...(writes ? WRITE_HEADERS : []),
    ...(revisioned
      ? [
          ApiHeader({
            name: 'If-Match',
            required: false,
            description: 'The ETag that was seen: stale ones are answered with 412.',
            schema: { type: 'string', example: '"7"' },
          }),
        ]
      : []),
    ...(reads
      ? [
          ApiHeader({
            name: 'Min-Position',
            required: false,
            description: "A `Position` that a command's answer carried: waits up to 2 s until it can be seen.",
            schema: { type: 'string', example: '1042' },
          }),
        ]
      : []),
  );
}

const WRITE_HEADERS = [
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key and request have the same answer again, and change nothing.',
    schema: { type: 'string', maxLength: 255 },
  }),
  ApiHeader({
    name: 'X-Actor',
    required: false,
    description:
      'Who does this: a name, not a mail address. It stands in the history as `person:<name>`; without it, or where it is malformed, `person:anonymous`.',
    schema: { type: 'string', maxLength: 64 },
  }),
  ApiHeader({
    name: 'X-Correlation-Id',
    required: false,
    description: 'Goes through to the events and back in the answer; else that of `traceparent`, else made here.',
    schema: { type: 'string', maxLength: 128 },
  }),
];
