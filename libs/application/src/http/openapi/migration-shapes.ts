import { PROGRAMS, RISKS, STAGES } from '#migration';
import {
  type Shape,
  count,
  date,
  described,
  guid,
  list,
  number,
  object,
  oneOf,
  orNull,
  position,
  ref,
  text,
  time,
  yesOrNo,
} from './shape.ts';

const attention = object({ code: text, detail: text, since: time });
const limit = object({ code: text, detail: text });

const summaryFields: Readonly<Record<string, Shape>> = {
  id: guid,
  customerTenantId: guid,
  customerName: text,
  customerDomain: text,
  country: text,
  wave: orNull(text),
  stage: described(oneOf(STAGES), 'That of the line furthest behind once provisioning has begun.'),
  onHold: yesOrNo,
  needsAttention: orNull(attention),
  risk: oneOf(RISKS),
  seats: count,
  lines: count,
  nextDueAt: orNull(time),
  lastSafeMoment: orNull(time),
  firstOriginalEnd: orNull(date),
  updatedAt: time,
  version: described(
    count,
    'The revision of the stream; the ETag has it in quotes, for If-Match. What goes with time (risk, to-dos) changes under the same one.',
  ),
};

const coverage = {
  ...object({ from: time, to: described(orNull(time), 'Null: open.'), seats: count, by: oneOf(['original', 'target', 'both', 'none']) }),
  description: 'Contiguous, from registration on. `grace`: after the end, and users still work.',
};

const lineItem = object({
  originalSubscriptionId: text,
  program: oneOf(PROGRAMS),
  stage: oneOf(STAGES),
  offerMatch: oneOf(['same', 'different', 'unmapped']),
  original: object({
    offerName: text,
    skuId: text,
    seats: count,
    termEnd: date,
    autoRenew: yesOrNo,
    state: oneOf(['active', 'expired', 'cancelled', 'renewed', 'extended']),
    endedAt: orNull(time),
  }),
  target: object({
    catalogItem: orNull(text),
    skuId: orNull(text),
    seats: orNull(count),
    state: oneOf(['none', 'chosen', 'ordering', 'ordered', 'active', 'failed']),
    cartId: orNull(text),
    orderId: orNull(text),
    subscriptionId: orNull(text),
    monthlyPrice: orNull(number),
    currency: orNull(text),
  }),
  licenses: object({ inScope: count, reassigned: count, failed: count }),
  plan: object({ earliest: time, planned: time, lastSafe: time }),
  end: object({
    by: oneOf(['expiry', 'cancellation']),
    checked: yesOrNo,
    refusedBy: orNull(text),
    advisedAt: orNull(time),
    daysForfeited: count,
  }),
  coverage: list(ref('CoverageInterval')),
});

const toDo = object({ id: text, kind: text, originalSubscriptionId: orNull(text), dueAt: time, attempts: count, lastError: orNull(text) });

const migration = object({
  ...summaryFields,
  contactEmail: orNull(text),
  partnerTenantId: guid,
  registeredAt: time,
  completedAt: orNull(time),
  attentions: list(attention),
  hold: orNull(object({ reason: text, since: time, until: orNull(time) })),
  withdrawn: orNull(object({ at: time, reason: text })),
  lineItems: list(ref('LineItem')),
  invitation: object({ link: orNull(text), sentAt: orNull(time), reminders: count, acceptedAt: orNull(time), lapsesAt: orNull(time) }),
  todos: list(ref('ToDo')),
});

const historyItem = object({
  position,
  revision: count,
  type: described(text, 'Versioned: `migration.reseller-requested.v1`.'),
  occurredAt: time,
  recordedAt: time,
  actor: text,
  reason: orNull(text),
  correlationId: text,
  causationId: text,
  evidence: orNull({ type: 'object', description: 'Which outside system said so: its name, the request, the answer, the time.' }),
  data: { type: 'object' },
});

const plannedLine = object({
  originalSubscriptionId: text,
  action: text,
  offerMatch: oneOf(['same', 'different', 'unmapped']),
  catalogItem: orNull(text),
  skuId: orNull(text),
  seats: orNull(count),
  termDuration: orNull(text),
  billingCycle: orNull(text),
  earliest: time,
  planned: time,
  lastSafe: time,
  naturalEnd: time,
  overlapDays: number,
  overlapCost: described(orNull(number), 'Null: no price is known.'),
  currency: orNull(text),
  limitsHit: list(limit),
});

/** Answers about migrations (contract, "Shapes"). */
export const MIGRATION_SHAPES: Readonly<Record<string, Shape>> = {
  MigrationSummary: object(summaryFields),
  CoverageInterval: coverage,
  LineItem: lineItem,
  ToDo: toDo,
  Migration: migration,
  HistoryItem: historyItem,
  Plan: object({ id: guid, asOf: time, lines: list(plannedLine) }),
};
