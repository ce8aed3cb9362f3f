import { epochOf, later, plusMs, type Day, type Instant } from '#kernel';
import type { ToDoResult } from '#event-sourcing';
import { OutsideFailure, type Answer, type OrderStatus, type TargetSubscription } from '#partner-center';
import { orderedLine } from './ordered-line.ts';
import { needsPerson } from './outside-failures.ts';
import type { Work, WorkHandler } from './work.ts';

const MINUTE_MS = 60_000;
/** Orders show up within 15 minutes (facts §4.5); one that has not after a day is a person's case. */
const PATIENCE_MS = 24 * 60 * MINUTE_MS;
/** Minutes since the order was placed, and how long to wait for the next look then. */
const PACE = [
  [2, 1],
  [5, 2],
  [15, 5],
] as const;
const SLOW_PACE_MINUTES = 15;

/** Follows an order until its subscription is active. */
export const followOrder: WorkHandler = async (work) => {
  const order = await visible(() => work.parts.gateway.order(work.lookId('order'), work.customer, work.line.order!.orderId));
  if (!order) return notThereYet(work, 'order-not-visible', 'Partner Center does not show the order');
  const own = orderedLine(work.line, work.migration, order.value);
  if (order.value.status === 'failed' || order.value.status === 'cancelled' || own?.fulfilment === 'failed') return failed(work, order);
  if (own?.fulfilment !== 'fulfilled' || own.subscriptionId === null)
    return notThereYet(work, 'order-pending', 'the order is not fulfilled');
  const { subscriptionId } = own;
  const subscription = await visible(() => work.parts.gateway.subscription(work.lookId('subscription'), work.customer, subscriptionId));
  if (!subscription || subscription.value.status === 'pending')
    return notThereYet(work, 'subscription-pending', 'the subscription is not active');
  return provisioned(work, order.value, subscription);
};

/** What the outside shows, or null when it is not to be seen yet. */
async function visible<T>(look: () => Promise<Answer<T>>): Promise<Answer<T> | null> {
  try {
    return await look();
  } catch (failure) {
    if (failure instanceof OutsideFailure && failure.kind === 'not-found') return null;
    throw failure;
  }
}

async function failed(work: Work, { value, evidence }: Answer<OrderStatus>): Promise<ToDoResult> {
  const { originalSubscriptionId } = work.line;
  const code = value.status === 'cancelled' ? 'order-cancelled' : 'order-failed';
  const detail = `order ${value.orderId} ended without a subscription`;
  return work.record(
    'order failed',
    { type: 'RecordOrderFailed', at: work.now, originalSubscriptionId, orderId: work.line.order!.orderId, code, detail },
    { evidence },
  );
}

async function provisioned(work: Work, placed: OrderStatus, { value, evidence }: Answer<TargetSubscription>): Promise<ToDoResult> {
  if (value.status !== 'active') {
    return needsPerson(
      work,
      `target-${value.status}`,
      `subscription ${value.subscriptionId} is ${value.status} before it ever was active: look in Partner Center what became of it`,
    );
  }
  const { subscriptionId, quantity } = value;
  const { originalSubscriptionId, order } = work.line;
  const activeAt = activeSince(placed.createdAt ?? order!.placedAt, value);
  return work.record(
    'provisioned',
    {
      type: 'RecordSubscriptionProvisioned',
      at: work.now,
      originalSubscriptionId,
      orderId: order!.orderId,
      subscriptionId,
      quantity,
      commitmentEnd: value.commitmentEnd as Day,
      ...(activeAt && { activeAt }),
    },
    { evidence },
  );
}

/** Whoever looks late must not tell of a gap that never was; and a start that names the day alone is not before its order. */
function activeSince(orderedAt: Instant, { effectiveStart }: TargetSubscription): Instant | null {
  return effectiveStart && later(orderedAt, effectiveStart);
}

/** Looked at again, without an attempt being counted; after a day a person is told. */
async function notThereYet(work: Work, code: string, what: string): Promise<ToDoResult> {
  const { order } = work.line;
  const waited = epochOf(work.now) - epochOf(order!.placedAt);
  const minutes = PACE.find(([until]) => waited < until * MINUTE_MS)?.[1] ?? SLOW_PACE_MINUTES;
  if (waited < PATIENCE_MS) {
    await work.worksAgain();
    return work.again(plusMs(work.now, minutes * MINUTE_MS), code);
  }
  await work.raise(
    code,
    `${what} (order ${order!.orderId}) a day after it was placed: look it up in Partner Center, it may wait for a review`,
  );
  return work.again(plusMs(work.now, 60 * MINUTE_MS), code);
}
