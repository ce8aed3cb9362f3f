import { plusDays, type Day, type Instant } from '#kernel';
import type { Program } from '../customers/customer-description.ts';

/** How Graph shows a subscription (facts §5.4). */
export type DirectoryStatus = 'Enabled' | 'Warning' | 'Suspended' | 'Deleted';

export interface Phase {
  readonly status: DirectoryStatus;
  /** When the next phase begins; `null` = never. */
  readonly until: Instant | null;
}

interface Rule {
  readonly from: Day;
  readonly warningDays: number;
  readonly suspendedDays: number;
}

/** Graces by the last day of the term (facts §8.2); from 4 May 2026 none for direct and CSP terms (facts §8.3). */
const GRACE_UNTIL_MAY_2026: readonly Rule[] = [
  { from: '0000-01-01' as Day, warningDays: 30, suspendedDays: 90 },
  { from: '2026-05-04' as Day, warningDays: 0, suspendedDays: 90 },
];
const OPEN: readonly Rule[] = [{ from: '0000-01-01' as Day, warningDays: 30, suspendedDays: 90 }];
const VOLUME: readonly Rule[] = [{ from: '0000-01-01' as Day, warningDays: 90, suspendedDays: 60 }];
const CANCELLED_SUSPENDED_DAYS = 90;

const RULES: Readonly<Record<Program, readonly Rule[]>> = {
  'web-direct': GRACE_UNTIL_MAY_2026,
  syndication: GRACE_UNTIL_MAY_2026,
  'csp-legacy': GRACE_UNTIL_MAY_2026,
  'csp-other-partner': GRACE_UNTIL_MAY_2026,
  open: OPEN,
  'open-value': OPEN,
  ea: VOLUME,
  mpsa: VOLUME,
};

/** The phase in which a subscription of a program is that ran out at the end of a day. */
export function phaseAfterExpiry(program: Program, lastDay: Day, endedAt: Instant, now: Instant): Phase {
  const rule = RULES[program].findLast(({ from }) => from <= lastDay)!;
  const warnedUntil = plusDays(endedAt, rule.warningDays);
  if (now < warnedUntil) return { status: 'Warning', until: warnedUntil };
  return suspendedPhase(plusDays(warnedUntil, rule.suspendedDays), now);
}

/** A cancelled one skips the grace (facts §8.2). */
export function phaseAfterCancellation(endedAt: Instant, now: Instant): Phase {
  return suspendedPhase(plusDays(endedAt, CANCELLED_SUSPENDED_DAYS), now);
}

function suspendedPhase(until: Instant, now: Instant): Phase {
  return now < until ? { status: 'Suspended', until } : { status: 'Deleted', until: null };
}
