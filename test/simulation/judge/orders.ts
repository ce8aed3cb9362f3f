import type { Instant } from '#kernel';
import type { CustomerEnding } from '../ending.ts';

export interface Order {
  readonly orderId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly at: Instant;
  readonly seq: number;
}

/** What was really bought: order lines of the ledger that did not end in an error. */
export function ordersOf(ending: CustomerEnding): readonly Order[] {
  const failed = ending.ledger.filter(({ kind, status }) => kind === 'order' && status === 'failed');
  return attemptedOrdersOf(ending).filter(({ orderId, skuId, quantity }) => {
    const index = failed.findIndex((one) => one.orderId === orderId && one.skuId === skuId && one.quantity === quantity);
    return index === -1 || failed.splice(index, 1).length === 0;
  });
}

/** Everything that was ordered, also what ended in an error afterwards. */
export function attemptedOrdersOf({ ledger }: CustomerEnding): readonly Order[] {
  return ledger
    .filter(({ kind, status }) => kind === 'order' && status === 'completed')
    .map(({ orderId, skuId, quantity, at, seq }) => ({ orderId: orderId!, skuId: skuId!, quantity: quantity!, at, seq }));
}
