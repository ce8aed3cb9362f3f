import { z } from 'zod';
import type { Instant } from '#kernel';
import type { CartLines } from './cart-lines.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { ApiFault } from '../http/api-fault.ts';
import type { Ledger, LedgerEntry } from '../ledger/ledger.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

const changes = z.object({
  quantity: z.int().min(1).optional(),
  status: z.enum(['active', 'suspended', 'deleted']).optional(),
  autoRenewEnabled: z.boolean().default(false),
  friendlyName: z.string().optional(),
  scheduledActions: z.array(z.unknown()).nullish(),
});

export interface SubscriptionChangeParts {
  readonly subscriptions: Subscriptions;
  readonly catalog: Catalog;
  readonly cartLines: CartLines;
  readonly ledger: Ledger;
}

/**
 * PATCH takes the whole resource: what is left out of auto-renewal and scheduled actions is turned off (facts §4.7).
 * Seats and cancellation go down only inside the cancellation window.
 */
export class SubscriptionChanges {
  readonly #parts: SubscriptionChangeParts;

  constructor(parts: SubscriptionChangeParts) {
    this.#parts = parts;
  }

  apply(subscription: Subscription, sent: unknown, requestId: string, at: Instant): Subscription {
    const parsed = changes.safeParse(sent);
    if (!parsed.success) throw new ApiFault(400, 2001, `The subscription is not understood: ${z.prettifyError(parsed.error)}`);
    const {
      quantity = subscription.quantity,
      status = subscription.status,
      autoRenewEnabled,
      friendlyName,
      scheduledActions,
    } = parsed.data;
    if (subscription.endedAt !== null) throw new ApiFault(400, 900277, 'The subscription has ended.');
    this.#requireAllowed(subscription, quantity, status, at);
    const changed: Subscription = {
      ...subscription,
      quantity,
      status,
      autoRenew: autoRenewEnabled && status === 'active',
      friendlyName: friendlyName ?? subscription.friendlyName,
      scheduledActions: scheduledActions ? JSON.stringify(scheduledActions) : null,
      endedAt: status === 'deleted' ? at : null,
    };
    this.#parts.subscriptions.put(changed);
    this.#record(subscription, changed, requestId, at);
    return changed;
  }

  #requireAllowed(subscription: Subscription, quantity: number, status: string, at: Instant): void {
    const inWindow = at < subscription.cancelUntil;
    if (quantity !== subscription.quantity && subscription.status === 'suspended')
      throw new ApiFault(400, 800091, 'The subscription is suspended.');
    if (quantity < subscription.quantity && !inWindow) throw new ApiFault(400, 800090, "Subscription quantity can't be decreased.");
    if (status === 'deleted' && !inWindow)
      throw new ApiFault(400, 900117, 'The time in which the subscription could be cancelled has passed.');
    const entry = this.#parts.catalog.entryOf(subscription.catalogItem);
    if (!entry || quantity <= subscription.quantity) return;
    if (quantity > entry.maximumSeats) throw new ApiFault(400, 2002, `At most ${entry.maximumSeats} seats.`);
    const pool = this.#parts.cartLines.seatsLeft(subscription.tenant, entry, 0);
    const more = quantity - subscription.quantity;
    if (pool && more > pool.left)
      throw new ApiFault(403, 800088, `The requested number of ${more} exceeded the remaining limit of ${pool.left}.`);
  }

  #record(before: Subscription, after: Subscription, requestId: string, at: Instant): void {
    if (before.quantity === after.quantity && before.status === after.status) return;
    const { id, tenant, orderId, catalogItem, sku, quantity, status } = after;
    const kind: LedgerEntry['kind'] = status === 'deleted' ? 'cancellation' : 'subscription';
    this.#parts.ledger.record(at, tenant, { kind, requestId, orderId, subscriptionId: id, catalogItem, skuId: sku, quantity, status });
  }
}
