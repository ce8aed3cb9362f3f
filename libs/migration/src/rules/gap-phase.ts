import { type Instant, earlier, later, plusDays } from '#kernel';
import type { Line } from '../model/line.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Migration } from '../model/state.ts';
import { type Interval, gapOf } from './coverage.ts';
import { originalServiceOf } from './original-end.ts';
import { safetyDaysOf } from './planning.ts';
import { closedAt } from './standing.ts';

export type GapPhase = 'none' | 'foreseen' | 'open' | 'closed';

/**
 * Until when the answer of what is under way is waited for before the gap is announced: as long as provisioning takes at
 * worst. null = nothing is under way: there is no order, and no purchase of this line that can go on.
 */
function awaitedUntil(line: Line, migration: Migration): Instant | null {
  const begun = line.order?.placedAt ?? purchaseBegun(line, migration);
  return begun === null ? null : plusDays(begun, migration.policy.safetyDays);
}

/** A cart that is not ordered yet waits while the migration is on hold or the relationship is removed, perhaps for ever. */
function purchaseBegun(line: Line, { purchase, hold, relationshipFacts }: Migration): Instant | null {
  if (!purchase || hold || relationshipFrom(relationshipFacts).removedSince) return null;
  return purchase.lines.some((item) => item.originalSubscriptionId === line.originalSubscriptionId) ? purchase.startedAt : null;
}

/** From when on a target comes too late for sure-footed provisioning before the users are out: what is under way has hung by then. */
function foreseenFrom(line: Line, migration: Migration, gap: Interval): Instant {
  const tooLate = plusDays(gap.start, -safetyDaysOf(line, migration.policy));
  const awaited = awaitedUntil(line, migration);
  return awaited === null ? tooLate : later(tooLate, awaited);
}

/** What has been announced of this very gap; a gap that has moved is another one. */
function toldOf(line: Line, gap: Interval): GapPhase {
  return line.gap?.start === gap.start ? line.gap.phase : 'none';
}

/** What is to be told of a line's gap at a moment (rule 6). What was told of it is not taken back by time alone. */
export function gapPhase(line: Line, migration: Migration, gap: Interval | null, now: Instant): GapPhase {
  if (!gap) return 'none';
  const { certain } = originalServiceOf(line);
  if (gap.end !== null) {
    if (certain) return 'closed';
    return closedAt(migration) ? 'none' : 'foreseen';
  }
  const told = toldOf(line, gap);
  if (told === 'open') return 'open';
  if (gap.start <= now) return certain ? 'open' : 'foreseen';
  if (told === 'foreseen') return 'foreseen';
  return now >= foreseenFrom(line, migration, gap) ? 'foreseen' : 'none';
}

/** The next moment at which the calendar alone changes what has to be told of a line's gap. */
export function nextGapChange(line: Line, migration: Migration): Instant | null {
  const gap = gapOf(line);
  if (!gap || gap.end !== null) return null;
  const told = toldOf(line, gap);
  if (told === 'open') return null;
  if (told === 'none') return earlier(later(foreseenFrom(line, migration, gap), line.registeredAt), gap.start);
  return originalServiceOf(line).certain ? gap.start : null;
}
