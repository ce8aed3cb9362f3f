import { type Day, type Instant, dayOf, endOfDay, later, plusMs } from '#kernel';
import type { OutsideFact } from './facts-in-order.ts';

export interface OriginalFact extends OutsideFact {
  readonly kind: 'expiring' | 'expired' | 'cancelled' | 'renewed' | 'extended';
  readonly termEnd: Day | null;
}

export interface Original {
  readonly state: 'active' | 'expired' | 'cancelled' | 'renewed' | 'extended';
  /** Last whole UTC day of the term that runs, or ran last. */
  readonly termEnd: Day;
  /** First moment without it; null while it runs. */
  readonly endedAt: Instant | null;
  /** When it was last renewed or extended against the plan. */
  readonly prolongedAt: Instant | null;
  /** It is known to have gone on past here: a natural end up to this moment is none. */
  readonly outlived: Instant | null;
}

function oneYearOn(day: Day): Day {
  const next = `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;
  return (next.endsWith('02-29') ? next.replace('02-29', '02-28') : next) as Day;
}

function after(state: Original, fact: OriginalFact): Original {
  const termEnd = fact.termEnd ?? state.termEnd;
  switch (fact.kind) {
    case 'expiring':
      return state.endedAt ? state : { ...state, termEnd };
    case 'expired': {
      if (state.endedAt) return state;
      // A report may come hours after the fact, or on the last day itself; the term ended with that whole UTC day (rule 8).
      // What went on past that day ended when the report says.
      const natural = endOfDay(termEnd);
      const outlived = state.outlived !== null && natural <= state.outlived;
      if (!outlived && termEnd <= dayOf(fact.at)) return { ...state, state: 'expired', termEnd, endedAt: natural };
      return { ...state, state: 'expired', termEnd: dayOf(plusMs(fact.at, -1)), endedAt: fact.at };
    }
    case 'cancelled':
      return state.endedAt ? state : { ...state, state: 'cancelled', endedAt: fact.at };
    case 'renewed':
      return {
        state: 'renewed',
        termEnd: fact.termEnd ?? oneYearOn(state.termEnd),
        endedAt: null,
        prolongedAt: fact.at,
        outlived: fact.at,
      };
    case 'extended':
      // Also where it is told before the natural end: the extension begins there.
      return { state: 'extended', termEnd, endedAt: null, prolongedAt: fact.at, outlived: later(fact.at, endOfDay(state.termEnd)) };
    default:
      return fact.kind satisfies never;
  }
}

interface ReportedOriginal {
  readonly termEnd: Day;
  readonly originalFacts: readonly OriginalFact[];
}

/** Asked many times a command, of lines that never change: each is folded once. */
const folded = new WeakMap<ReportedOriginal, Original>();

/** Where an original stands: what was registered of it, and what the outside reported since, in order of occurrence. */
export function originalFrom(registered: ReportedOriginal): Original {
  let original = folded.get(registered);
  if (!original) {
    const { termEnd, originalFacts } = registered;
    original = originalFacts.reduce<Original>(after, { state: 'active', termEnd, endedAt: null, prolongedAt: null, outlived: null });
    folded.set(registered, original);
  }
  return original;
}
