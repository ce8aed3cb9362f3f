import { type Day, type Instant, later, plusDays } from '#kernel';
import { type Line, type OfferMatch, offerMatchOf } from '../model/line.ts';
import { type Original, originalFrom } from '../model/original-facts.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Risk, Stage } from '../model/stage.ts';
import type { Attention, Migration } from '../model/state.ts';
import { attentionsOf } from '../rules/attention.ts';
import { type CoverageInterval, coverageOf } from '../rules/coverage.ts';
import { planLine } from '../rules/planning.ts';
import { purchaseDueAt } from '../rules/purchase-due.ts';
import { closedAt, isOpen, lineStageOf, stageOf } from '../rules/standing.ts';
import { toDosOf } from '../to-dos.ts';
import { riskAt, riskScheduleOf } from './risk.ts';

/** When the stream was last written, and at which revision: what the log adds to the state. */
export interface Recorded {
  readonly updatedAt: Instant;
  readonly version: number;
}

/** Contract, shapes: `summary`. */
export interface MigrationSummary {
  readonly id: string;
  readonly customerTenantId: string;
  readonly customerName: string;
  readonly customerDomain: string;
  readonly country: string;
  readonly wave: string | null;
  readonly stage: Stage;
  readonly onHold: boolean;
  readonly needsAttention: Attention | null;
  readonly risk: Risk;
  readonly seats: number;
  readonly lines: number;
  readonly nextDueAt: Instant | null;
  readonly lastSafeMoment: Instant | null;
  readonly firstOriginalEnd: Day | null;
  readonly updatedAt: Instant;
  readonly version: number;
}

/** Contract, shapes: `lineItems[]` of `migration`. */
export interface LineItem {
  readonly originalSubscriptionId: string;
  readonly program: string;
  readonly stage: Stage;
  readonly offerMatch: OfferMatch;
  readonly original: {
    readonly offerName: string;
    readonly skuId: string;
    readonly seats: number;
    readonly termEnd: Day;
    readonly autoRenew: boolean;
    readonly state: Original['state'];
    readonly endedAt: Instant | null;
  };
  readonly target: {
    readonly catalogItem: string | null;
    readonly skuId: string | null;
    readonly seats: number | null;
    readonly state: 'none' | 'chosen' | 'ordering' | 'ordered' | 'active' | 'failed';
    readonly cartId: string | null;
    readonly orderId: string | null;
    readonly subscriptionId: string | null;
    readonly monthlyPrice: number | null;
    readonly currency: string | null;
  };
  readonly licenses: { readonly inScope: number; readonly reassigned: number; readonly failed: number };
  readonly plan: { readonly earliest: Instant; readonly planned: Instant; readonly lastSafe: Instant };
  readonly end: {
    readonly by: 'expiry' | 'cancellation';
    readonly checked: boolean;
    readonly refusedBy: string | null;
    readonly advisedAt: Instant | null;
    readonly daysForfeited: number;
  };
  readonly coverage: readonly CoverageInterval[];
}

export interface InvitationView {
  readonly link: string | null;
  readonly sentAt: Instant | null;
  readonly reminders: number;
  readonly acceptedAt: Instant | null;
  readonly lapsesAt: Instant | null;
}

/** Contract, shapes: `migration`, without `todos`: their attempts are bookkeeping of the executor. */
export interface MigrationView extends MigrationSummary {
  readonly contactEmail: string | null;
  readonly partnerTenantId: string;
  readonly registeredAt: Instant;
  readonly completedAt: Instant | null;
  readonly attentions: readonly Attention[];
  readonly hold: Migration['hold'];
  readonly withdrawn: Migration['withdrawn'];
  readonly lineItems: readonly LineItem[];
  readonly invitation: InvitationView;
}

function pendingLines(migration: Migration): readonly Line[] {
  return isOpen(migration) ? migration.lines.filter((line) => !line.subscription) : [];
}

function least<T extends string>(values: readonly T[]): T | null {
  return values.length === 0 ? null : values.reduce((a, b) => (a <= b ? a : b));
}

/** The first moment after which a target that is not bought yet comes too late; null when none is pending. */
export function lastSafeMomentOf(migration: Migration): Instant | null {
  const { acceptedAt } = relationshipFrom(migration.relationshipFacts);
  return least(pendingLines(migration).map((line) => planLine(line, migration.policy, acceptedAt).lastSafe));
}

/** The last day of the original that ends first, of those that still run; of all once none does. */
export function firstOriginalEndOf(migration: Migration): Day | null {
  const originals = migration.lines.map(originalFrom);
  const running = originals.filter((original) => !original.endedAt);
  return least((running.length > 0 ? running : originals).map((original) => original.termEnd));
}

export function summaryOf(migration: Migration, recorded: Recorded, now: Instant): MigrationSummary {
  return {
    id: migration.id,
    customerTenantId: migration.customerTenantId,
    customerName: migration.customerName,
    customerDomain: migration.customerDomain,
    country: migration.country,
    wave: migration.wave,
    stage: stageOf(migration),
    onHold: migration.hold !== null && !migration.withdrawn && !migration.completedAt,
    needsAttention: attentionsOf(migration, now)[0] ?? null,
    risk: riskAt(riskScheduleOf(migration, now), now),
    seats: migration.lines.reduce((seats, line) => seats + line.seats, 0),
    lines: migration.lines.length,
    nextDueAt: least(toDosOf(migration).map((toDo) => toDo.dueAt)),
    lastSafeMoment: lastSafeMomentOf(migration),
    firstOriginalEnd: firstOriginalEndOf(migration),
    ...recorded,
  };
}

function targetState(line: Line, migration: Migration): LineItem['target']['state'] {
  if (line.subscription) return 'active';
  if (line.order) return 'ordered';
  if (migration.purchase?.lines.some((item) => item.originalSubscriptionId === line.originalSubscriptionId)) return 'ordering';
  if (line.failureCode) return 'failed';
  return line.chosen ? 'chosen' : 'none';
}

/** When a target that is not bought yet is going to be: never in the past, and only while something is on its way to it. */
function plannedFrom(line: Line, migration: Migration, now: Instant): Instant | null {
  if (line.subscription || !isOpen(migration) || !line.chosen) return null;
  const accepted = relationshipFrom(migration.relationshipFacts);
  if (migration.hold && !migration.hold.until && !line.order) return null;
  const due =
    accepted.status === 'accepted'
      ? line.order
        ? line.order.placedAt
        : purchaseDueAt(line, migration)
      : planLine(line, migration.policy, null).planned;
  if (due === null) return null;
  const from = migration.hold?.until && !line.order ? later(due, migration.hold.until) : due;
  return later(from, now);
}

function lineItemOf(line: Line, migration: Migration, now: Instant): LineItem {
  const original = originalFrom(line);
  const { earliest, planned, lastSafe } = planLine(line, migration.policy, relationshipFrom(migration.relationshipFacts).acceptedAt);
  const inPurchase = migration.purchase?.lines.some((item) => item.originalSubscriptionId === line.originalSubscriptionId);
  return {
    originalSubscriptionId: line.originalSubscriptionId,
    program: line.program,
    stage: lineStageOf(line, migration),
    offerMatch: offerMatchOf(line),
    original: {
      offerName: line.offerName,
      skuId: line.skuId,
      seats: line.seats,
      termEnd: original.termEnd,
      autoRenew: line.autoRenew,
      state: original.state,
      endedAt: original.endedAt,
    },
    target: {
      catalogItem: line.chosen?.catalogItem ?? line.target?.catalogItem ?? null,
      skuId: line.chosen?.skuId ?? line.target?.skuId ?? null,
      seats: line.chosen?.seats ?? line.target?.seats ?? null,
      state: targetState(line, migration),
      cartId: line.order?.cartId ?? (inPurchase ? (migration.purchase?.cartId ?? null) : null),
      orderId: line.order?.orderId ?? null,
      subscriptionId: line.subscription?.subscriptionId ?? null,
      monthlyPrice: line.chosen?.monthlyPrice ?? null,
      currency: line.chosen?.currency ?? null,
    },
    licenses: {
      inScope: line.reassignment?.inScope ?? 0,
      reassigned: line.reassignment?.reassigned ?? 0,
      failed: line.reassignment?.failed ?? 0,
    },
    plan: { earliest, planned, lastSafe },
    end: {
      by: line.endChoice?.by ?? 'expiry',
      checked: line.endingCheck !== null && line.endingCheck.failed === null,
      refusedBy: line.endingCheck?.failed ?? null,
      advisedAt: line.endAdvisedAt,
      daysForfeited: line.endChoice?.daysForfeited ?? 0,
    },
    coverage: coverageOf({ line, plannedFrom: plannedFrom(line, migration, now), stopsAt: closedAt(migration) }),
  };
}

function invitationOf(migration: Migration): InvitationView {
  const { invitation } = migration;
  const relationship = relationshipFrom(migration.relationshipFacts);
  return {
    link: invitation?.link ?? null,
    sentAt: invitation?.sentAt ?? null,
    reminders: invitation?.reminders ?? 0,
    acceptedAt: relationship.acceptedAt,
    lapsesAt: invitation && relationship.open ? plusDays(invitation.sentAt, migration.policy.lapseAfterDays) : null,
  };
}

export function migrationViewOf(migration: Migration, recorded: Recorded, now: Instant): MigrationView {
  return {
    ...summaryOf(migration, recorded, now),
    contactEmail: migration.contactEmail,
    partnerTenantId: migration.partnerTenantId,
    registeredAt: migration.registeredAt,
    completedAt: migration.completedAt,
    attentions: attentionsOf(migration, now),
    hold: migration.hold,
    withdrawn: migration.withdrawn,
    lineItems: migration.lines.map((line) => lineItemOf(line, migration, now)),
    invitation: invitationOf(migration),
  };
}
