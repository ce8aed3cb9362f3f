import { type Instant, daysBetween, later } from '#kernel';
import { type OfferMatch, offerMatchOf } from '../model/line.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Migration } from '../model/state.ts';
import { overlapCost } from '../rules/coverage.ts';
import { originalServiceOf } from '../rules/original-end.ts';
import { planLine } from '../rules/planning.ts';
import { plannedSeatProblem, purchaseDueAt } from '../rules/purchase-due.ts';
import { isOpen, lineIsComplete } from '../rules/standing.ts';

export interface PlannedLine {
  readonly originalSubscriptionId: string;
  readonly action:
    | 'none'
    | 'wait-for-acceptance'
    | 'choose-target'
    | 'provision'
    | 'provision-and-reassign'
    | 'follow-order'
    | 'wait-for-end'
    | 'resolve-limit';
  readonly offerMatch: OfferMatch;
  readonly catalogItem: string | null;
  readonly skuId: string | null;
  readonly seats: number | null;
  readonly termDuration: string | null;
  readonly billingCycle: string | null;
  readonly earliest: Instant;
  readonly planned: Instant;
  readonly lastSafe: Instant;
  readonly naturalEnd: Instant;
  readonly overlapDays: number;
  /** The target's price of the days paid twice; null = no price known. */
  readonly overlapCost: number | null;
  readonly currency: string | null;
  readonly limitsHit: readonly { readonly code: string; readonly detail: string }[];
}

export interface MigrationPlan {
  readonly id: string;
  readonly asOf: Instant;
  readonly lines: readonly PlannedLine[];
}

/** What would be done when, before anything is bought (contract, `plan`). Writes nothing. */
export function planOf(migration: Migration, now: Instant): MigrationPlan {
  const { status, acceptedAt } = relationshipFrom(migration.relationshipFacts);
  const accepted = status === 'accepted' ? acceptedAt : null;
  return {
    id: migration.id,
    asOf: now,
    lines: migration.lines.map((line) => {
      const window = planLine(line, migration.policy, accepted);
      const match = offerMatchOf(line);
      const due = line.subscription?.activeAt ?? line.order?.placedAt ?? purchaseDueAt(line, migration) ?? window.planned;
      const at = line.subscription || due > now ? due : now;
      const problem = line.order || line.subscription ? null : plannedSeatProblem(line, migration, later(window.planned, now));
      const end = originalServiceOf(line).until;
      const days = line.chosen && end !== null ? Math.max(0, Math.round(daysBetween(at, end) * 10) / 10) : 0;
      const action = (): PlannedLine['action'] => {
        if (!isOpen(migration) || lineIsComplete(line)) return 'none';
        if (line.subscription) return 'wait-for-end';
        if (line.order) return 'follow-order';
        if (match === 'unmapped') return 'choose-target';
        if (problem) return 'resolve-limit';
        if (!accepted) return 'wait-for-acceptance';
        return match === 'same' ? 'provision' : 'provision-and-reassign';
      };
      return {
        originalSubscriptionId: line.originalSubscriptionId,
        action: action(),
        offerMatch: match,
        catalogItem: line.chosen?.catalogItem ?? null,
        skuId: line.chosen?.skuId ?? null,
        seats: line.chosen?.seats ?? null,
        termDuration: line.chosen?.termDuration ?? null,
        billingCycle: line.chosen?.billingCycle ?? null,
        ...window,
        planned: at,
        overlapDays: days,
        overlapCost: overlapCost(line, days),
        currency: line.chosen?.currency ?? null,
        limitsHit: problem ? [problem] : [],
      };
    }),
  };
}
