import { RISKS, STAGES } from '#migration';
import { MIGRATION_SHAPES } from './migration-shapes.ts';
import { type Shape, count, described, guid, list, number, object, oneOf, orNull, page, ref, text, time, yesOrNo } from './shape.ts';

const byStage = (shape: Shape): Shape => object(Object.fromEntries(STAGES.map((stage) => [stage, shape])));

const problem = {
  ...object({
    type: { type: 'string', format: 'uri' },
    title: text,
    status: count,
    code: described(text, 'Stable.'),
    detail: described(text, 'What to do next.'),
  }),
  description: 'RFC 9457.',
  example: {
    type: 'urn:cutover:problem:validation-failed',
    title: 'Validation failed',
    status: 400,
    code: 'validation-failed',
    detail: 'The request cannot be used as it is. /lines/0/seats: is not a whole number without quotes',
    errors: [{ pointer: '/lines/0/seats', code: 'not-a-whole-number', hint: 'is not a whole number without quotes' }],
  },
};

const withErrors = { ...problem, properties: { ...(problem as { properties?: object }).properties, errors: list(ref('FieldFault')) } };

const overview = object({
  asOf: time,
  stages: byStage(object({ migrations: count, seats: count })),
  risk: object(Object.fromEntries(RISKS.map((risk) => [risk, count]))),
  invitations: object({ open: count, oldestDays: orNull(count), ages: list(object({ fromDays: count, toDays: orNull(count), count })) }),
  conservation: object({ registered: count, open: count, completed: count, closed: count, difference: { type: 'integer' } }),
  gaps: object({ foreseen: count, real: count }),
  overlapDays: object({ median: orNull(number), p95: orNull(number) }),
});

const importRow = {
  ...object({
    line: described(count, 'Physical line; the header is 1.'),
    outcome: oneOf(['accepted', 'rejected', 'duplicate']),
    warnings: list({ type: 'object' }),
  }),
  additionalProperties: true,
  description: 'With `code`, `column`, `hint` where it was not accepted, and `migrationId` where there is one.',
};

/** Every named shape of an answer. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  ...MIGRATION_SHAPES,
  Problem: withErrors,
  FieldFault: object({ pointer: described(text, 'JSON pointer into the body; of a parameter its name.'), code: text, hint: text }),
  MigrationPage: page(ref('MigrationSummary')),
  HistoryPage: page(ref('HistoryItem')),
  Overview: overview,
  PendingToDo: object({
    id: text,
    kind: text,
    migrationId: guid,
    originalSubscriptionId: orNull(text),
    dueAt: time,
    attempts: count,
    lastError: orNull(text),
  }),
  ToDoPage: page(ref('PendingToDo')),
  Import: object({
    id: guid,
    state: oneOf(['received', 'running', 'done', 'failed']),
    dryRun: yesOrNo,
    rows: count,
    accepted: count,
    rejected: count,
    duplicates: count,
    receivedAt: time,
    updatedAt: time,
    detail: orNull(text),
  }),
  ImportReceived: object({ importId: guid }),
  ImportRow: importRow,
  ImportRowPage: page(ref('ImportRow')),
  BulkReceived: { anyOf: [object({ bulkId: guid }), object({ count })], description: '`count` with `preview`.' },
  BulkRun: object({
    bulkId: guid,
    command: text,
    state: oneOf(['running', 'done']),
    count: described(count, 'Migrations that the filter hit.'),
    requestedAt: time,
    finishedAt: orNull(time),
    results: list({
      ...object({ id: guid, status: described(count, 'As for one migration.') }),
      description: 'With `code` where it was not carried out.',
    }),
  }),
  EventsReceived: object({ published: count, parked: count }),
  Received: object({ received: yesOrNo }),
  DeadLetter: object({
    id: guid,
    key: text,
    reason: text,
    detail: text,
    parkedAt: time,
    message: { type: 'object', description: 'As it came.' },
  }),
  DeadLetterPage: page(ref('DeadLetter')),
  Replay: object({ applied: count, waiting: count, stoppedBy: orNull(object({ id: guid, reason: text, detail: text })) }),
  Rebuild: object({
    state: oneOf(['idle', 'running', 'done', 'failed']),
    startedAt: orNull(time),
    endedAt: orNull(time),
    events: count,
    detail: orNull(text),
  }),
  Clock: object({ mode: oneOf(['system', 'driven']), now: time }),
  Live: object({ status: oneOf(['live']) }),
  Health: {
    ...object({
      status: oneOf(['ready', 'not-ready']),
      parts: list({ ...object({ name: text, status: oneOf(['up', 'down']) }), description: 'With `detail` where it is down.' }),
    }),
    description: 'With `simulator`, its address, where it is built in.',
  },
};
