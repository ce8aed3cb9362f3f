import type { Instant } from '#kernel';
import type { CustomerEnding } from '../ending.ts';
import { POOL, POOLED_SKUS } from '../simulated-customer.ts';
import { firstAcceptance } from './acceptance.ts';
import { attemptedOrdersOf, ordersOf } from './orders.ts';

/** Rule 1 and the promise: every line's seats exactly once, by the stand-in's ledger. */
export function judgePurchases(ending: CustomerEnding, at: Instant): string[] {
  return [...boughtOnce(ending), ...boughtInTime(ending, at), ...withinPools(ending)];
}

function boughtOnce(ending: CustomerEnding): string[] {
  const unclaimed = [...ordersOf(ending)];
  const wrong: string[] = [];
  for (const line of ending.migration.lines) {
    const { chosen } = line;
    const index = chosen ? unclaimed.findIndex(({ skuId, quantity }) => skuId === chosen.skuId && quantity === chosen.seats) : -1;
    const bought = index >= 0 ? unclaimed.splice(index, 1)[0] : undefined;
    if (line.subscription && !bought)
      wrong.push(`line ${line.originalSubscriptionId} says that it is provisioned, and the ledger has no order for it`);
    if (ending.migration.completedAt && !bought) wrong.push(`completed, and nothing was bought for line ${line.originalSubscriptionId}`);
  }
  for (const order of unclaimed)
    wrong.push(
      `order ${order.orderId} of ${order.quantity} seats of ${order.skuId} at ${order.at} was bought for no line, or for one a second time`,
    );
  return [...wrong, ...asMeant(ending)];
}

/** What a person has not changed on purpose is bought as it was meant when the customer was registered. */
function asMeant({ customer, migration }: CustomerEnding): string[] {
  return migration.lines.flatMap((line) => {
    const meant = customer.lines.find(({ registration }) => registration.originalSubscriptionId === line.originalSubscriptionId)!.meant;
    if (!line.subscription || line.chosen?.skuId === meant.skuId)
      return line.subscription && line.chosen!.seats !== meant.seats
        ? [`line ${line.originalSubscriptionId}: ${line.chosen!.seats} seats in place of ${meant.seats}`]
        : [];
    return POOLED_SKUS.includes(meant.skuId)
      ? []
      : [`line ${line.originalSubscriptionId}: ${String(line.chosen?.skuId)} in place of ${meant.skuId}`];
  });
}

function boughtInTime(ending: CustomerEnding, at: Instant): string[] {
  const accepted = firstAcceptance({ ...ending, at });
  const { truth } = ending;
  return attemptedOrdersOf(ending).flatMap((order) => {
    const wrong: string[] = [];
    if (accepted === null || order.at < accepted)
      wrong.push(`order ${order.orderId} at ${order.at}, but the customer accepted ${accepted ?? 'never'}`);
    const removed = truth.removed.filter((moment) => moment <= order.at).at(-1);
    if (removed && !truth.accepted.some((moment) => moment >= removed && moment <= order.at))
      wrong.push(`order ${order.orderId} at ${order.at}, after the relationship was removed at ${removed}`);
    if (truth.withdrawn && order.seq > truth.withdrawn.seq)
      wrong.push(`order ${order.orderId} at ${order.at}, after the withdrawal at ${truth.withdrawn.at}`);
    for (const held of truth.held) {
      const over = held.untilSeq === null ? held.until !== null && order.at >= held.until : order.seq > held.untilSeq;
      if (order.seq > held.fromSeq && !over) wrong.push(`order ${order.orderId} at ${order.at}, while on hold from ${held.from}`);
    }
    return wrong;
  });
}

/** Rule 2, counted from what ran and what was bought at the moment of each order. */
function withinPools(ending: CustomerEnding): string[] {
  const orders = ordersOf(ending);
  return orders.flatMap((order) => {
    if (!POOLED_SKUS.includes(order.skuId)) return [];
    const running = ending.simulated.originals.filter(
      ({ sku, endedAt }) => sku === order.skuId && (endedAt === null || endedAt > order.at),
    );
    const held = [
      ...running.map(({ seats }) => seats),
      ...orders.filter((other) => other.skuId === order.skuId && other.seq <= order.seq).map(({ quantity }) => quantity),
    ];
    const seats = held.reduce((sum, more) => sum + more, 0);
    return seats > POOL ? [`order ${order.orderId} makes ${seats} seats of ${order.skuId}: the pool has ${POOL}`] : [];
  });
}
