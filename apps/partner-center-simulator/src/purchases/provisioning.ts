import { dayOf, derivedId, endOfDay, type Instant } from '#kernel';
import { CANCELLATION_WINDOW } from '../catalog/terms.ts';
import type { WebhookNotices } from '../deliveries/webhook-notices.ts';
import type { FaultSwitches } from '../faults/fault-switches.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Database } from '../storage/database.ts';
import { lastDayOfTerm, plusDuration } from '../time/durations.ts';
import type { Timers } from '../time/timers.ts';
import { type Order, type OrderLine, type Orders, ledgerEntryOf } from './orders.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

export interface ProvisioningParts {
  readonly db: Database;
  readonly orders: Orders;
  readonly subscriptions: Subscriptions;
  readonly faults: FaultSwitches;
  readonly ledger: Ledger;
  readonly timers: Timers;
  readonly webhookNotices: WebhookNotices;
}

/** Fulfils orders: asynchronous, and all of an order at the same moment. */
export class Provisioning {
  readonly #parts: ProvisioningParts;

  constructor(parts: ProvisioningParts) {
    this.#parts = parts;
  }

  fulfil(orderId: string, at: Instant): void {
    const order = this.#parts.orders.find(orderId);
    if (order?.status !== 'pending') return;
    const unlucky = this.#failsOnce(order) ? order.lines : this.#unluckyLine(order);
    const lines = order.lines.map((line) => (unlucky.includes(line) ? this.#fail(order, line, at) : this.#succeed(order, line, at)));
    const status = unlucky.length === 0 ? 'completed' : unlucky.length < lines.length ? 'partial success' : 'error';
    this.#parts.orders.settle(order, status, lines);
  }

  #succeed(order: Order, line: OrderLine, at: Instant): OrderLine {
    const subscription = newSubscription(order, line, at);
    this.#start(subscription, order.requestId, at);
    return { ...line, subscriptionId: subscription.id, provisioning: 'fulfilled' };
  }

  #start(subscription: Subscription, requestId: string, at: Instant): void {
    const { subscriptions, timers, ledger, webhookNotices } = this.#parts;
    const { id, tenant, orderId, catalogItem, sku, quantity, commitmentEnd } = subscription;
    subscriptions.put(subscription);
    timers.set('subscription-term-end', id, endOfDay(commitmentEnd));
    ledger.record(at, tenant, {
      kind: 'subscription',
      requestId,
      orderId,
      subscriptionId: id,
      catalogItem,
      skuId: sku,
      quantity,
      status: 'active',
    });
    webhookNotices.subscriptionUpdated(tenant, id, at);
  }

  /** The first order of a customer for a SKU fails; no other of it does after that. */
  #failsOnce({ tenant, lines }: Order): boolean {
    const skus = [...new Set(lines.map(({ sku }) => sku))].sort();
    const failedBefore = skus.some((sku) =>
      this.#parts.db.get('SELECT 1 FROM failed_provisionings WHERE tenant = ? AND sku = ?', tenant, sku),
    );
    const ownedBefore = this.#parts.subscriptions.of(tenant).some(({ sku }) => skus.includes(sku));
    if (failedBefore || ownedBefore || !this.#parts.faults.strikes('provisioning-fails-once', tenant, ...skus)) return false;
    for (const sku of skus) this.#parts.db.run('INSERT INTO failed_provisionings (tenant, sku) VALUES (?, ?)', tenant, sku);
    return true;
  }

  /** Of an order of several lines; none where the fault does not strike. */
  #unluckyLine({ id, lines }: Order): readonly OrderLine[] {
    const { faults } = this.#parts;
    if (lines.length < 2 || !faults.strikes('partial-provisioning', id)) return [];
    const which = Math.floor(faults.fraction('which line', id) * lines.length);
    return lines.slice(which, which + 1);
  }

  #fail(order: Order, line: OrderLine, at: Instant): OrderLine {
    this.#parts.ledger.record(at, order.tenant, ledgerEntryOf(order, line, 'failed'));
    return { ...line, provisioning: 'failed' };
  }
}

function newSubscription(order: Order, line: OrderLine, at: Instant): Subscription {
  return {
    id: derivedId('subscription', order.id, order.tenant, String(line.lineNumber)),
    tenant: order.tenant,
    orderId: order.id,
    sku: line.sku,
    catalogItem: line.catalogItem,
    friendlyName: line.friendlyName,
    quantity: line.quantity,
    status: 'active',
    createdAt: at,
    effectiveFrom: at,
    commitmentEnd: lastDayOfTerm(dayOf(at), line.term),
    cancelUntil: plusDuration(at, CANCELLATION_WINDOW),
    term: line.term,
    billingCycle: line.billingCycle,
    autoRenew: true,
    scheduledActions: null,
    endedAt: null,
  };
}
