import { type Instant, endOfDay, later, plusDays, earlier } from '#kernel';
import { type Line, offerMatchOf } from '../model/line.ts';
import { originalFrom } from '../model/original-facts.ts';
import type { MigrationPolicy } from '../model/policy.ts';

/** The cutover window of a line (design §3, "When to provision"). */
export interface LinePlan {
  readonly earliest: Instant;
  readonly planned: Instant;
  readonly lastSafe: Instant;
  readonly naturalEnd: Instant;
}

function swapDaysOf(line: Line, policy: MigrationPolicy): number {
  return offerMatchOf(line) === 'different' ? policy.reassignmentDays : 0;
}

/** Days that provisioning takes at worst, the license swap included (facts §8.6). */
export function safetyDaysOf(line: Line, policy: MigrationPolicy): number {
  return policy.safetyDays + swapDaysOf(line, policy);
}

/**
 * When to provision a line: late enough to keep the overlap short, early enough for order visibility, provisioning,
 * license swap and the customer's own delays. `readyFrom` is the first moment at which it could be bought at all
 * (acceptance), null while that is open.
 */
export function planLine(line: Line, policy: MigrationPolicy, readyFrom: Instant | null): LinePlan {
  const last = answered.get(line);
  if (last?.policy === policy && last.readyFrom === readyFrom) return last.plan;
  const plan = planOf(line, policy, readyFrom);
  answered.set(line, { policy, readyFrom, plan });
  return plan;
}

/** Asked many times a command, of lines that never change: the last answer for each. */
const answered = new WeakMap<Line, { readonly policy: MigrationPolicy; readonly readyFrom: Instant | null; readonly plan: LinePlan }>();

function planOf(line: Line, policy: MigrationPolicy, readyFrom: Instant | null): LinePlan {
  const original = originalFrom(line);
  const termOver = endOfDay(original.termEnd);
  // Where the customer ended it early its users are out already: the window is that of its real end.
  const naturalEnd = original.endedAt ? earlier(original.endedAt, termOver) : termOver;
  const extra = swapDaysOf(line, policy);
  const wished = line.provisionNotBefore ?? plusDays(naturalEnd, -(policy.provisionDays + extra));
  return {
    earliest: plusDays(naturalEnd, -(policy.earliestDays + extra)),
    planned: readyFrom ? later(wished, readyFrom) : later(wished, line.registeredAt),
    lastSafe: plusDays(naturalEnd, -safetyDaysOf(line, policy)),
    naturalEnd,
  };
}
