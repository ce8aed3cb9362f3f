import { type Instant, plusDays, plusMs } from '#kernel';
import type { Line, ProvisionedSubscription } from './model/line.ts';
import { offerMatchOf } from './model/line.ts';
import { type Original, originalFrom } from './model/original-facts.ts';
import { relationshipFrom } from './model/relationship-facts.ts';
import type { Migration } from './model/state.ts';
import { nextGapChange } from './rules/gap-phase.ts';
import { originalServiceOf } from './rules/original-end.ts';
import { purchaseDueAt } from './rules/purchase-due.ts';
import { closedAt, lineIsComplete, seatsAreCovered, usersAreServed } from './rules/standing.ts';

export const TO_DO_KINDS = [
  'match-offers',
  'send-invitation',
  'send-reminder',
  'check-relationship',
  'lapse-invitation',
  'start-purchase',
  'create-cart',
  'check-out',
  'follow-order',
  'reassign-licenses',
  'check-ending',
  'advise-end',
  'watch-original',
  'assess-coverage',
  'resume',
] as const;
export type ToDoKind = (typeof TO_DO_KINDS)[number];

/** One piece of automatic work that is due at a time. It follows from the state alone: no event is ever needed to make or to drop one. */
export interface MigrationToDo {
  /** The same for the same work, whoever derives it and whenever. */
  readonly id: string;
  readonly kind: ToDoKind;
  readonly dueAt: Instant;
  readonly originalSubscriptionId: string | null;
}

const HOUR_MS = 3_600_000;

function offerToDos(migration: Migration): Draft[] {
  const open = migration.lines.filter((line) => !line.chosen && !line.unmappedSince);
  return open.length === 0 ? [] : [{ kind: 'match-offers', dueAt: open[0]!.registeredAt, part: String(migration.lines.length) }];
}

function invitationToDos(migration: Migration): Draft[] {
  if (migration.supersededBy) return [];
  const relationship = relationshipFrom(migration.relationshipFacts);
  const { invitation, policy } = migration;
  if (relationship.status === 'none') return [{ kind: 'send-invitation', dueAt: migration.registeredAt }];
  if (!relationship.open) return [];
  if (!invitation)
    return [{ kind: 'send-invitation', dueAt: migration.requestedAt ?? migration.registeredAt, part: relationship.requestedAt ?? '' }];
  const round = invitation.sentAt;
  const drafts: Draft[] = [{ kind: 'lapse-invitation', dueAt: plusDays(invitation.sentAt, policy.lapseAfterDays), part: round }];
  const { remindedAt } = invitation;
  const remindAfter = policy.reminderDays.find((days) => remindedAt === null || plusDays(invitation.sentAt, days) > remindedAt);
  if (remindAfter !== undefined && invitation.mailed && remindAfter < policy.lapseAfterDays) {
    drafts.push({ kind: 'send-reminder', dueAt: plusDays(invitation.sentAt, remindAfter), part: `${round} ${invitation.reminders + 1}` });
  }
  return drafts;
}

/**
 * Whether the customer accepted without a message reaching us. Also after a removal: the link that it once got still
 * works, because it names the partner alone (facts §2.1).
 */
function relationshipToDos(migration: Migration): Draft[] {
  if (migration.supersededBy) return [];
  const relationship = relationshipFrom(migration.relationshipFacts);
  const since = (relationship.open ? migration.invitation?.sentAt : undefined) ?? relationship.removedSince;
  if (!since || (!relationship.open && relationship.status !== 'accepted')) return [];
  return [{ kind: 'check-relationship', dueAt: plusDays(since, migration.policy.relationshipCheckDays), part: since }];
}

function purchaseToDos(migration: Migration): Draft[] {
  const relationship = relationshipFrom(migration.relationshipFacts);
  if (relationship.status !== 'accepted' || relationship.removedSince) return [];
  const { purchase } = migration;
  if (purchase) {
    const part = String(purchase.attempt);
    return [
      purchase.cartId ? { kind: 'check-out', dueAt: purchase.startedAt, part } : { kind: 'create-cart', dueAt: purchase.startedAt, part },
    ];
  }
  const due = migration.lines
    .map((line) => purchaseDueAt(line, migration))
    .filter((at): at is Instant => at !== null)
    .sort()[0];
  return due ? [{ kind: 'start-purchase', dueAt: due, part: `${migration.purchases + 1} ${due}` }] : [];
}

/** What is read or written for a line once its target is bought. */
function cutoverToDos(line: Line, migration: Migration): Draft[] {
  const of = line.originalSubscriptionId;
  if (line.order && !line.subscription)
    return [{ kind: 'follow-order', dueAt: plusMs(line.order.placedAt, 60_000), of, part: line.order.orderId }];
  if (!line.subscription || lineIsComplete(line)) return [];
  if (offerMatchOf(line) === 'different' && !usersAreServed(line)) {
    return migration.hold ? [] : [{ kind: 'reassign-licenses', dueAt: line.subscription.activeAt, of }];
  }
  if (migration.hold) return [];
  const { termEnd: term, endedAt } = originalFrom(line);
  // Once the original has ended, only seats that the order did not bring are still looked for.
  if (endedAt && seatsAreCovered(line)) return [];
  if (!line.endingCheck || line.endingCheck.failed !== null)
    return [
      {
        kind: 'check-ending',
        dueAt: endingCheckDueAt(line, line.subscription),
        of,
        part: `${term} ${line.endChoice?.by ?? 'expiry'} ${line.endingCheck?.failed ?? ''}`,
      },
    ];
  if (!line.endAdvisedAt)
    return [{ kind: 'advise-end', dueAt: line.endingCheck.checkedAt, of, part: `${term} ${line.endChoice?.by ?? 'expiry'}` }];
  return [];
}

/** A fact that failed is read anew after a while: time may heal it. */
function endingCheckDueAt(line: Line, subscription: ProvisionedSubscription): Instant {
  return line.endingCheck ? plusMs(line.endingCheck.checkedAt, 6 * HOUR_MS) : subscription.activeAt;
}

function watchToDos(line: Line, migration: Migration): Draft[] {
  const of = line.originalSubscriptionId;
  const drafts: Draft[] = [];
  const original = originalFrom(line);
  const accepted = relationshipFrom(migration.relationshipFacts).status === 'accepted';
  if (accepted && !original.endedAt) drafts.push({ kind: 'watch-original', of, ...watchOf(line, original, originalServiceOf(line).until) });
  const next = nextGapChange(line, migration);
  if (next) drafts.push({ kind: 'assess-coverage', dueAt: next, of, part: next });
  return drafts;
}

/** When the directory is asked what became of an original. */
function watchOf(line: Line, original: Original, until: Instant | null): Pick<Draft, 'dueAt' | 'part'> {
  // It was seen not to be active any more, and no report said so: it may have been cancelled early.
  if (line.endingCheck?.failed === 'original-active') return { dueAt: line.endingCheck.checkedAt, part: `${original.termEnd} gone` };
  // A few hours are left for the report that usually comes by itself.
  if (until) return { dueAt: plusMs(until, 6 * HOUR_MS), part: original.termEnd };
  // An extended service term goes on month by month, until the customer cancels it.
  const since = original.prolongedAt ?? line.registeredAt;
  return { dueAt: plusDays(since, 1), part: `extended ${since}` };
}

interface Draft {
  readonly kind: ToDoKind;
  readonly dueAt: Instant;
  readonly of?: string;
  /** Tells this piece of work from an earlier one of its kind. */
  readonly part?: string;
}

/** All pending automatic work of a migration. While it is on hold, nothing outward is begun; what only looks goes on. */
export function toDosOf(migration: Migration): readonly MigrationToDo[] {
  if (migration.completedAt || migration.withdrawn) return [];
  const drafts: Draft[] = [];
  if (!closedAt(migration)) {
    if (migration.hold) {
      if (migration.hold.until) drafts.push({ kind: 'resume', dueAt: migration.hold.until, part: migration.hold.until });
    } else {
      drafts.push(...offerToDos(migration), ...invitationToDos(migration), ...purchaseToDos(migration));
    }
    drafts.push(...relationshipToDos(migration));
    for (const line of migration.lines) drafts.push(...cutoverToDos(line, migration), ...watchToDos(line, migration));
  }
  return drafts.map(({ kind, dueAt, of, part }) => ({
    id: [migration.id, kind, of ?? '', part ?? '', migration.retries].join(':'),
    kind,
    dueAt,
    originalSubscriptionId: of ?? null,
  }));
}
