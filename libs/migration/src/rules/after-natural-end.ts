import { type Day, type Instant, endOfDay, plusDays } from '#kernel';
import type { Program } from '../model/program.ts';

/** One phase after a term that was not renewed: for how many days, and whether users still work in it. */
interface Phase {
  readonly name: 'expired' | 'grace' | 'disabled';
  readonly days: number;
  readonly usersWork: boolean;
}

interface DatedRule {
  readonly programs: readonly Program[];
  /** The rule holds for terms whose last day is on or after this one; null = from ever on. */
  readonly endingFrom: Day | null;
  readonly phases: readonly Phase[];
}

const EXTENDED_SERVICE_TERMS = '2026-05-04' as Day;

/**
 * What happens after a natural end, by program and by date; the newest rule that fits holds. Facts §8.2 (lifecycle
 * lengths) and §8.3 (no free grace for direct and CSP terms that end on or after 4 May 2026). Where the facts are in
 * conflict or say nothing (MPSA, syndication, the VL note), the row promises users nothing.
 */
export const RULES_AFTER_NATURAL_END: readonly DatedRule[] = [
  {
    programs: ['web-direct', 'csp-other-partner'],
    endingFrom: EXTENDED_SERVICE_TERMS,
    phases: [{ name: 'disabled', days: 90, usersWork: false }],
  },
  {
    programs: ['web-direct', 'csp-other-partner'],
    endingFrom: null,
    phases: [
      { name: 'expired', days: 30, usersWork: true },
      { name: 'disabled', days: 90, usersWork: false },
    ],
  },
  {
    programs: ['ea'],
    endingFrom: null,
    phases: [
      { name: 'grace', days: 90, usersWork: true },
      { name: 'disabled', days: 60, usersWork: false },
    ],
  },
  {
    programs: ['open', 'open-value'],
    endingFrom: null,
    phases: [
      { name: 'grace', days: 30, usersWork: true },
      { name: 'disabled', days: 90, usersWork: false },
    ],
  },
  { programs: ['mpsa', 'syndication', 'csp-legacy'], endingFrom: null, phases: [{ name: 'disabled', days: 90, usersWork: false }] },
];

/**
 * The last moment at which users of an original that ran out still work: its end, or the end of a grace that begins
 * there. Which rule holds depends on the term's last day; the end is the natural one unless another is given.
 */
export function usersWorkUntil(
  program: Program,
  termEnd: Day,
  end: Instant = endOfDay(termEnd),
  rules: readonly DatedRule[] = RULES_AFTER_NATURAL_END,
): Instant {
  const rule = newestOf(rules, program, termEnd);
  if (!rule) return end;
  const blockedFrom = rule.phases.findIndex((phase) => !phase.usersWork);
  const working = rule.phases.slice(0, blockedFrom === -1 ? undefined : blockedFrom);
  return plusDays(
    end,
    working.reduce((days, phase) => days + phase.days, 0),
  );
}

function newestOf(rules: readonly DatedRule[], program: Program, termEnd: Day): DatedRule | undefined {
  let newest: DatedRule | undefined;
  for (const rule of rules) {
    const fits = rule.programs.includes(program) && (rule.endingFrom === null || rule.endingFrom <= termEnd);
    if (fits && (!newest || (rule.endingFrom ?? '') >= (newest.endingFrom ?? ''))) newest = rule;
  }
  return newest;
}
