import { accept, refuse } from '#kernel';
import type {
  ProvisionSubscription,
  RecordCartCreated,
  RecordOrderFailed,
  RecordPurchaseOutcome,
  RecordSubscriptionProvisioned,
  StartPurchase,
} from '../commands.ts';
import { type MigrationEvent, migrationEvent } from '../events.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import { type Migration, type OpenPurchase, type PurchaseLine, lineOf } from '../model/state.ts';
import { purchaseDueAt } from '../rules/purchase-due.ts';
import { seatProblem, withWanted } from '../rules/seats.ts';
import type { MigrationDecision } from './refusals.ts';

/** Rule 1: why nothing may be bought for this customer now, or null. */
function purchaseForbidden(state: Migration): MigrationDecision | null {
  if (state.withdrawn) return refuse('migration-closed', 'the migration was withdrawn: nothing is bought');
  if (state.completedAt) return refuse('migration-completed', 'the migration is completed: nothing is left to buy');
  const relationship = relationshipFrom(state.relationshipFacts);
  if (relationship.removedSince)
    return refuse('relationship-removed', 'the customer removed the relationship: wait until it accepts again');
  if (relationship.status !== 'accepted') return refuse('not-accepted', 'the customer has not accepted yet: nothing is bought before that');
  if (state.hold) return refuse('on-hold', 'the migration is on hold: resume it first');
  return null;
}

/** Seed article, step 2, asked for by a person: all lines or one, now or not before a moment. */
export function provisionSubscription(command: ProvisionSubscription, state: Migration): MigrationDecision {
  const forbidden = purchaseForbidden(state);
  if (forbidden) return forbidden;
  if (command.originalSubscriptionId !== null && !lineOf(state, command.originalSubscriptionId)) {
    return refuse('unknown-original', `this migration has no original ${command.originalSubscriptionId}`);
  }
  const named = state.lines.filter(
    (line) => command.originalSubscriptionId === null || line.originalSubscriptionId === command.originalSubscriptionId,
  );
  const inPurchase = new Set(state.purchase?.lines.map((item) => item.originalSubscriptionId));
  const unbought = named.filter((line) => !line.order && !line.subscription && !inPurchase.has(line.originalSubscriptionId));
  if (unbought.length === 0) return refuse('already-ordered', 'the target is ordered already: it is not bought twice');
  const mapped = unbought.filter((line) => line.chosen);
  if (mapped.length === 0) return refuse('target-unmapped', 'no target is chosen yet: choose one first');
  const notBefore = command.notBefore ?? command.at;
  let wanted = state.lines;
  for (const line of mapped) {
    const problem = seatProblem(line, wanted, notBefore);
    if (problem) return refuse(problem.code, `original ${line.originalSubscriptionId}: ${problem.detail}`);
    wanted = withWanted(wanted, line, command.at);
  }
  return accept(
    ...mapped.map((line) =>
      migrationEvent('migration.provisioning-asked.v1', { at: command.at, originalSubscriptionId: line.originalSubscriptionId, notBefore }),
    ),
  );
}

/** Records the intent to buy every line that is due, before anything is asked of the outside. */
export function startPurchase(command: StartPurchase, state: Migration): MigrationDecision {
  const forbidden = purchaseForbidden(state);
  if (forbidden) return forbidden;
  if (state.purchase)
    return refuse('purchase-open', `purchase ${state.purchase.attempt} has no definite answer yet: it is followed up first`);
  const lines: PurchaseLine[] = [];
  let planned = state.lines;
  for (const line of state.lines) {
    const due = purchaseDueAt(line, state);
    const catalogItem = command.freshCatalogItems[line.originalSubscriptionId];
    if (!line.chosen || due === null || due > command.at || !catalogItem) continue;
    if (seatProblem(line, planned, command.at)) continue;
    planned = withWanted(planned, line, command.at);
    const { seats: quantity, termDuration, billingCycle } = line.chosen;
    lines.push({
      lineNumber: lines.length,
      originalSubscriptionId: line.originalSubscriptionId,
      catalogItem,
      quantity,
      termDuration,
      billingCycle,
    });
  }
  if (lines.length === 0) return refuse('nothing-due', 'no line is due to be bought');
  return accept(migrationEvent('migration.provisioning-started.v1', { at: command.at, attempt: state.purchases + 1, lines }));
}

export function recordCartCreated(command: RecordCartCreated, state: Migration): MigrationDecision {
  if (state.purchase?.attempt !== command.attempt) return refuse('no-such-purchase', `purchase ${command.attempt} is not open`);
  // Who is told so does not go on to the checkout.
  if (state.withdrawn) return refuse('migration-closed', 'the migration was withdrawn: the cart is left to expire');
  // A second cart of one attempt is a stray one: it expires by itself and is never checked out (facts §4.5).
  if (state.purchase.cartId) return accept();
  return accept(migrationEvent('migration.cart-created.v1', { at: command.at, attempt: command.attempt, cartId: command.cartId }));
}

/**
 * Rule 1: once a cart is recorded, only an answer of that cart which accounts for every line once closes the purchase.
 * Anything else would let a line that is ordered be bought again. Without a cart nothing can have been ordered.
 */
function outcomeProblem(command: RecordPurchaseOutcome, purchase: OpenPurchase): MigrationDecision | null {
  if (purchase.cartId === null && command.orders.length === 0) return null;
  if (purchase.cartId === null || command.cartId !== purchase.cartId) {
    const [given, known] = [command.cartId ?? 'no cart', purchase.cartId ?? 'no cart'];
    return refuse(
      'cart-not-recorded',
      `the outcome is of ${given}, but purchase ${purchase.attempt} has ${known}: ask for the outcome of that`,
    );
  }
  const answered = [...command.orders.flatMap((order) => order.lineNumbers), ...command.failedLines.map((line) => line.lineNumber)].sort(
    (a, b) => a - b,
  );
  const asked = purchase.lines.map((line) => line.lineNumber).sort((a, b) => a - b);
  if (answered.join() === asked.join()) return null;
  return refuse(
    'outcome-incomplete',
    `purchase ${purchase.attempt} has the lines ${asked.join(', ')}, the answer names ${answered.join(', ') || 'none'}: ask the same cart again`,
  );
}

export function recordPurchaseOutcome(command: RecordPurchaseOutcome, state: Migration): MigrationDecision {
  const { purchase } = state;
  if (purchase?.attempt !== command.attempt) return accept();
  const unfit = outcomeProblem(command, purchase);
  if (unfit) return unfit;
  const idOf = (lineNumber: number): string | undefined =>
    purchase.lines.find((line) => line.lineNumber === lineNumber)?.originalSubscriptionId;
  const events: MigrationEvent[] = [];
  for (const { orderId, lineNumbers } of command.orders) {
    for (const lineNumber of lineNumbers) {
      const originalSubscriptionId = idOf(lineNumber);
      if (originalSubscriptionId && purchase.cartId) {
        events.push(
          migrationEvent('migration.order-placed.v1', { at: command.at, originalSubscriptionId, cartId: purchase.cartId, orderId }),
        );
      }
    }
  }
  for (const { lineNumber, code, detail, final } of command.failedLines) {
    const originalSubscriptionId = idOf(lineNumber);
    if (originalSubscriptionId)
      events.push(migrationEvent('migration.purchase-failed.v1', { at: command.at, originalSubscriptionId, code, detail, final }));
  }
  return accept(...events, migrationEvent('migration.purchase-closed.v1', { at: command.at, attempt: command.attempt }));
}

export function recordOrderFailed(command: RecordOrderFailed, state: Migration): MigrationDecision {
  const line = lineOf(state, command.originalSubscriptionId);
  if (!line) return refuse('unknown-original', `this migration has no original ${command.originalSubscriptionId}`);
  if (line.order?.orderId !== command.orderId || line.subscription) return accept();
  const { at, originalSubscriptionId, code, detail } = command;
  return accept(migrationEvent('migration.purchase-failed.v1', { at, originalSubscriptionId, code, detail, final: false }));
}

export function recordSubscriptionProvisioned(command: RecordSubscriptionProvisioned, state: Migration): MigrationDecision {
  const line = lineOf(state, command.originalSubscriptionId);
  if (!line) return refuse('unknown-original', `this migration has no original ${command.originalSubscriptionId}`);
  if (line.subscription) return accept();
  if (line.order?.orderId !== command.orderId) return refuse('no-such-order', `order ${command.orderId} is not this line's order`);
  const { type: _, activeAt, ...data } = command;
  // Their clock may be ahead of ours: nothing is active after it was seen so.
  const before = activeAt !== undefined && activeAt < command.at ? { activeAt } : {};
  return accept(migrationEvent('migration.subscription-provisioned.v1', { ...data, ...before }));
}
