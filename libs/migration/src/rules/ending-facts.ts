import { type Instant, endOfDay, plusDays } from '#kernel';
import type { EndingFacts } from '../commands.ts';
import type { EndingFact, Line } from '../model/line.ts';
import { originalFrom } from '../model/original-facts.ts';
import type { MigrationPolicy } from '../model/policy.ts';
import { usersAreServed } from './standing.ts';

export interface FailedFact {
  readonly fact: EndingFact;
  readonly detail: string;
}

/**
 * Rule 3: the first of the six facts that does not hold, or null when all do. Nobody is told to end an original, and
 * nothing ends it, before that.
 */
export function failedEndingFact(
  line: Line,
  policy: MigrationPolicy,
  facts: EndingFacts,
  by: 'expiry' | 'cancellation',
  now: Instant,
): FailedFact | null {
  if (!line.subscription || !facts.targetActive) {
    return { fact: 'target-active', detail: 'the target subscription is not active yet: wait until it is provisioned' };
  }
  if (!facts.sameCustomer) {
    return {
      fact: 'same-customer',
      detail: 'the target subscription was read back for another customer: check the order before anything is ended',
    };
  }
  const needed = line.chosen?.seats ?? line.seats;
  if (facts.activeSeats < needed) {
    return {
      fact: 'seats-sufficient',
      detail: `${facts.activeSeats} seats are active, ${needed} are needed: add seats to the target first`,
    };
  }
  if (facts.unlicensedUsers > 0) {
    return { fact: 'users-licensed', detail: `${facts.unlicensedUsers} users would be without a license: reassign or add seats first` };
  }
  if (!usersAreServed(line)) {
    return { fact: 'users-licensed', detail: 'not every user is moved to the target yet: wait for the license reassignment' };
  }
  if (!facts.originalActive) {
    return {
      fact: 'original-active',
      detail: 'the directory does not show the original as active: there is nothing left to end, unless its id is wrong',
    };
  }
  const naturalEnd = endOfDay(originalFrom(line).termEnd);
  const from = by === 'expiry' ? now : line.subscription.activeAt;
  const until = by === 'expiry' ? naturalEnd : now;
  if (plusDays(from, policy.endBufferDays) > until) {
    return {
      fact: 'dates-leave-buffer',
      detail:
        by === 'expiry'
          ? `the natural end ${naturalEnd} is less than ${policy.endBufferDays} days away: let it run out by itself`
          : `the target is active for less than ${policy.endBufferDays} days: wait before the original is cancelled`,
    };
  }
  return null;
}
