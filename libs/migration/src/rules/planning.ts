import { type Instant, endOfDay, later, plusDays } from '#kernel';
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

/**
 * When to provision a line: late enough to keep the overlap short, early enough for order visibility, provisioning,
 * license swap and the customer's own delays. `readyFrom` is the first moment at which it could be bought at all
 * (acceptance), null while that is open.
 */
export function planLine(line: Line, policy: MigrationPolicy, readyFrom: Instant | null): LinePlan {
  const naturalEnd = endOfDay(originalFrom(line).termEnd);
  const extra = offerMatchOf(line) === 'different' ? policy.reassignmentDays : 0;
  const wished = line.provisionNotBefore ?? plusDays(naturalEnd, -(policy.provisionDays + extra));
  return {
    earliest: plusDays(naturalEnd, -(policy.earliestDays + extra)),
    planned: readyFrom ? later(wished, readyFrom) : later(wished, line.registeredAt),
    lastSafe: plusDays(naturalEnd, -(policy.safetyDays + extra)),
    naturalEnd,
  };
}
