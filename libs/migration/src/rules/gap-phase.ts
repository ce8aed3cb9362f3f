import { type Instant, later, plusDays } from '#kernel';
import type { Line } from '../model/line.ts';
import type { Migration } from '../model/state.ts';
import { type Interval, gapOf } from './coverage.ts';
import { originalServiceOf } from './original-end.ts';
import { safetyDaysOf } from './planning.ts';
import { closedAt } from './standing.ts';

export type GapPhase = 'none' | 'foreseen' | 'open' | 'closed';

/** An order, or a purchase that this line is in, has not had its answer yet: its gap is not announced before that. */
function isUnderWay(line: Line, migration: Migration): boolean {
  return (
    line.order !== null || (migration.purchase?.lines.some((item) => item.originalSubscriptionId === line.originalSubscriptionId) ?? false)
  );
}

/** From when on a target that is not under way comes too late for sure-footed provisioning before the users are out. */
function foreseenFrom(line: Line, migration: Migration, gap: Interval): Instant {
  return plusDays(gap.start, -safetyDaysOf(line, migration.policy));
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
  return now >= foreseenFrom(line, migration, gap) && !isUnderWay(line, migration) ? 'foreseen' : 'none';
}

/** The next moment at which the calendar alone changes what has to be told of a line's gap. */
export function nextGapChange(line: Line, migration: Migration): Instant | null {
  const gap = gapOf(line);
  if (!gap || gap.end !== null) return null;
  const told = toldOf(line, gap);
  if (told === 'open') return null;
  if (told === 'none' && !isUnderWay(line, migration)) return later(foreseenFrom(line, migration, gap), line.registeredAt);
  return told === 'none' || originalServiceOf(line).certain ? gap.start : null;
}
