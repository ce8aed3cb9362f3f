import { refuse, type Decision, type Refusal } from '#kernel';
import type { EndingFact } from '../model/line.ts';
import type { MigrationEvent } from '../events.ts';

/** Stable codes of what the rules forbid (docs/errors.md). Ending an original is refused by the name of the fact that failed. */
export type MigrationRefusalCode =
  | 'already-registered'
  | 'not-registered'
  | 'migration-closed'
  | 'migration-completed'
  | 'superseded'
  | 'unknown-original'
  | 'original-registered-twice'
  | 'no-lines'
  | 'request-open'
  | 'already-accepted'
  | 'not-accepted'
  | 'relationship-removed'
  | 'on-hold'
  | 'not-on-hold'
  | 'target-ordered'
  | 'target-unmapped'
  | 'seats-out-of-range'
  | 'seat-pool-exceeded'
  | 'already-ordered'
  | 'purchase-open'
  | 'no-such-purchase'
  | 'cart-not-recorded'
  | 'outcome-incomplete'
  | 'nothing-due'
  | 'no-such-order'
  | 'same-offer'
  | 'no-refund-not-acknowledged'
  | 'original-ended'
  | 'hold-until-past'
  | EndingFact;

export type MigrationDecision = Decision<MigrationEvent, MigrationRefusalCode>;
export type MigrationRefusal = Refusal<MigrationRefusalCode>;

/** Nothing revives a migration that has a successor: both would buy for the same originals. */
export function superseded(successorId: string): MigrationDecision {
  return refuse(
    'superseded',
    `migration ${successorId} has taken this one’s place: go on with that one; if it does not exist, register the customer again`,
  );
}
