import { type Instant, endOfDay } from '#kernel';
import type { Line } from '../model/line.ts';
import { originalFrom } from '../model/original-facts.ts';
import { usersWorkUntil } from './after-natural-end.ts';

export interface OriginalService {
  /** First moment after the term: the natural end, or the cancellation. null = it goes on without end. */
  readonly until: Instant | null;
  /** Users still work until here although the term has ended; equals `until` where there is no grace. */
  readonly usersWorkUntil: Instant | null;
  /** The end is a fact (reported, or the calendar's where the term does not renew by itself) and no expectation. */
  readonly certain: boolean;
}

/**
 * How long an original serves its users. A term that renews by itself is expected to end naturally, because that is
 * what the customer is led to; only a report makes its end certain.
 */
export function originalServiceOf(line: Line): OriginalService {
  let service = known.get(line);
  if (!service) known.set(line, (service = serviceOf(line)));
  return service;
}

/** Asked many times a command, of lines that never change. */
const known = new WeakMap<Line, OriginalService>();

function serviceOf(line: Line): OriginalService {
  const original = originalFrom(line);
  switch (original.state) {
    case 'cancelled':
      // A cancelled subscription skips the expired phase (facts §8.2).
      return { until: original.endedAt, usersWorkUntil: original.endedAt, certain: true };
    case 'expired':
      return {
        until: original.endedAt,
        usersWorkUntil: usersWorkUntil(line.program, original.termEnd, original.endedAt ?? endOfDay(original.termEnd)),
        certain: true,
      };
    case 'extended':
      // Extended service terms go on month by month until somebody ends them (facts §8.3).
      return { until: null, usersWorkUntil: null, certain: true };
    case 'active':
    case 'renewed':
      // What was renewed once renews again, whatever was registered of it.
      return {
        until: endOfDay(original.termEnd),
        usersWorkUntil: usersWorkUntil(line.program, original.termEnd),
        certain: original.state === 'active' && !line.autoRenew,
      };
    default:
      return original.state satisfies never;
  }
}

/**
 * The directory does not list the original. Subscriptions leave it once they are deleted (facts §8.2), so one that it has
 * shown before has ended, as soon as its term and the grace after it are over. One that it never showed may run unseen.
 */
export function absenceMeansEnded(line: Line, now: Instant): boolean {
  const over = originalServiceOf(line).usersWorkUntil ?? endOfDay(originalFrom(line).termEnd);
  return line.originalSeen && over <= now;
}

/** The original has ended, by report or, where its term does not renew by itself, by the calendar. */
export function originalHasEnded(line: Line, now: Instant): boolean {
  const { until, certain } = originalServiceOf(line);
  return certain && until !== null && until <= now;
}
