import { dayOf, endOfDay, type Instant } from '#kernel';
import { CANCELLATION_WINDOW } from '../catalog/terms.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { lastDayOfTerm, plusDuration } from '../time/durations.ts';
import type { Timers } from '../time/timers.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

/** From this term end on, a subscription that is not renewed goes on as an extended service term unless told to cancel (facts §8.3). */
const EXTENDED_SERVICE_TERMS_FROM = '2026-05-04';

/** What becomes of sold subscriptions at the end of their terms. */
export class SubscriptionLife {
  readonly #subscriptions: Subscriptions;
  readonly #timers: Timers;
  readonly #ledger: Ledger;

  constructor(subscriptions: Subscriptions, timers: Timers, ledger: Ledger) {
    this.#subscriptions = subscriptions;
    this.#timers = timers;
    this.#ledger = ledger;
  }

  termEnd(id: string, at: Instant): void {
    const subscription = this.#subscriptions.find(id);
    if (!subscription || subscription.endedAt !== null) return;
    const active = subscription.status === 'active';
    if (active && subscription.autoRenew) this.#goOn(subscription, subscription.term, at);
    else if (subscription.commitmentEnd < EXTENDED_SERVICE_TERMS_FROM) this.#end(subscription, 'expired', at);
    else if (active && !subscription.scheduledActions?.includes('Cancel')) this.#goOn(subscription, 'P1M', at);
    else this.#end(subscription, 'deleted', at);
  }

  #goOn(subscription: Subscription, term: string, at: Instant): void {
    const commitmentEnd = lastDayOfTerm(dayOf(at), term);
    this.#subscriptions.put({ ...subscription, effectiveFrom: at, commitmentEnd, cancelUntil: plusDuration(at, CANCELLATION_WINDOW) });
    this.#timers.set('subscription-term-end', subscription.id, endOfDay(commitmentEnd));
  }

  #end(subscription: Subscription, status: 'expired' | 'deleted', at: Instant): void {
    this.#subscriptions.put({ ...subscription, status, endedAt: at });
    const { tenant, id, sku, quantity, orderId } = subscription;
    this.#ledger.record(at, tenant, { kind: 'cancellation', requestId: null, orderId, subscriptionId: id, skuId: sku, quantity, status });
  }
}
