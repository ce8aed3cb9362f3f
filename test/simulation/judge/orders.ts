import type { Instant } from '#kernel';
import type { CustomerEnding } from '../ending.ts';

export interface Order {
  readonly orderId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly at: Instant;
  readonly seq: number;
}

/** What was really bought: orders of the ledger that did not end in an error. */
export function ordersOf({ ledger }: CustomerEnding): readonly Order[] {
  const orders = ledger.filter(({ kind }) => kind === 'order');
  const failed = new Set(orders.filter(({ status }) => status === 'failed').map(({ orderId }) => orderId));
  return orders
    .filter(({ status, orderId }) => status === 'completed' && !failed.has(orderId))
    .map(({ orderId, skuId, quantity, at, seq }) => ({ orderId: orderId!, skuId: skuId!, quantity: quantity!, at, seq }));
}

/** Everything that was ordered, also what ended in an error afterwards. */
export function attemptedOrdersOf({ ledger }: CustomerEnding): readonly Order[] {
  return ledger
    .filter(({ kind, status }) => kind === 'order' && status === 'completed')
    .map(({ orderId, skuId, quantity, at, seq }) => ({ orderId: orderId!, skuId: skuId!, quantity: quantity!, at, seq }));
}
