import { type Instant, accept, plusDays, refuse } from '#kernel';
import type { ClearAttention, Hold, RaiseAttention, Resume, Retry, Withdraw } from '../commands.ts';
import { migrationEvent } from '../events.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Migration } from '../model/state.ts';
import { isOpen } from '../rules/standing.ts';
import type { MigrationDecision } from './refusals.ts';

export function raiseAttention(command: RaiseAttention, state: Migration): MigrationDecision {
  const { at, kind, originalSubscriptionId, code, detail } = command;
  if (!isOpen(state)) return accept();
  const known = state.attentions.find((raised) => raised.kind === kind && raised.originalSubscriptionId === originalSubscriptionId);
  if (known?.code === code) return accept();
  return accept(migrationEvent('migration.attention-raised.v1', { at, kind, originalSubscriptionId, code, detail }));
}

export function clearAttention(command: ClearAttention, state: Migration): MigrationDecision {
  const { at, kind, originalSubscriptionId } = command;
  const raised = state.attentions.some(
    (attention) => attention.kind === kind && attention.originalSubscriptionId === originalSubscriptionId,
  );
  return raised ? accept(migrationEvent('migration.attention-cleared.v1', { at, kind, originalSubscriptionId })) : accept();
}

/** Tries again what automation gave up: every to-do begins afresh. */
export function retry(command: Retry, state: Migration): MigrationDecision {
  if (state.withdrawn) return refuse('migration-closed', 'the migration was withdrawn: there is nothing to retry');
  if (state.completedAt) return refuse('migration-completed', 'the migration is completed: there is nothing to retry');
  return accept(migrationEvent('migration.retry-asked.v1', { at: command.at }));
}

export function hold(command: Hold, state: Migration): MigrationDecision {
  if (state.withdrawn) return refuse('migration-closed', 'the migration was withdrawn: there is nothing to hold');
  if (state.completedAt) return refuse('migration-completed', 'the migration is completed: there is nothing to hold');
  if (command.until !== null && command.until <= command.at)
    return refuse('hold-until-past', `${command.until} has passed: give a later moment, or none`);
  if (state.hold?.reason === command.reason && state.hold.until === command.until) return accept();
  return accept(migrationEvent('migration.held.v1', { at: command.at, reason: command.reason, until: command.until }));
}

export function resume(command: Resume, state: Migration): MigrationDecision {
  if (!state.hold) return refuse('not-on-hold', 'the migration is not on hold');
  return accept(migrationEvent('migration.resumed.v1', { at: command.at }));
}

/** How long a cart can be checked out after its creation (facts §4.3). */
const CART_DAYS = 7;

/**
 * Why a cart without a definite answer keeps the migration from being withdrawn, or null. While the relationship is
 * removed nobody asks for the answer: then the cart's own end makes sure that nothing is bought by it any more.
 */
function unansweredCart({ purchase, hold, relationshipFacts }: Migration, now: Instant): string | null {
  if (!purchase?.cartId) return null;
  const known = `cart ${purchase.cartId} has no definite answer`;
  if (!relationshipFrom(relationshipFacts).removedSince)
    return `${known} yet: wait a moment, so that no order is left unseen${hold ? '; it is asked for once the migration is resumed' : ''}`;
  const ends = plusDays(purchase.cartCreatedAt ?? purchase.startedAt, CART_DAYS);
  return now >= ends
    ? null
    : `${known}, and while the relationship is removed none is asked for: look in Partner Center whether it was ordered; the migration can be withdrawn from ${ends} on, when the cart has expired, or after the customer has accepted again`;
}

export function withdraw(command: Withdraw, state: Migration): MigrationDecision {
  if (state.withdrawn) return refuse('migration-closed', 'the migration is withdrawn already');
  if (state.completedAt) return refuse('migration-completed', 'the migration is completed: it cannot be withdrawn');
  const unanswered = unansweredCart(state, command.at);
  if (unanswered) return refuse('purchase-open', unanswered);
  return accept(migrationEvent('migration.withdrawn.v1', { at: command.at, reason: command.reason }));
}
