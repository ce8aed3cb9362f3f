import { plusMs, type Evidence } from '#kernel';
import type { ToDoResult } from '#event-sourcing';
import type { OpenPurchase, RecordPurchaseOutcome } from '#migration';
import { OutsideFailure, type CartLine } from '#partner-center';
import { allLinesFailed, failedLine } from './line-failures.ts';
import { needsPerson } from './outside-failures.ts';
import type { Work, WorkHandler } from './work.ts';

const UNACCOUNTED_MS = 15 * 60_000;

/**
 * A cart whose reply is lost is a stray one: it expires by itself (facts §4.5). A cart with bad lines is never checked
 * out: they are recorded as failed, and the good ones become due again.
 */
export const createCart: WorkHandler = async (work) => {
  const purchase = openPurchase(work);
  const lines: CartLine[] = purchase.lines.map(({ lineNumber, catalogItem, quantity, termDuration, billingCycle }) => ({
    lineNumber,
    catalogItem,
    quantity,
    termDuration,
    billingCycle,
  }));
  try {
    const { value: cart, evidence } = await work.parts.gateway.createCart(work.writeId('cart'), work.customer, lines);
    if (cart.lineErrors.length > 0)
      return await closed(work, { cartId: null, orders: [], failedLines: cart.lineErrors.map(failedLine) }, evidence);
    return await work.record(
      'cart',
      { type: 'RecordCartCreated', at: work.now, attempt: purchase.attempt, cartId: cart.cartId },
      { evidence },
    );
  } catch (failure) {
    if (!isDefinite(failure)) throw failure;
    return closed(work, { cartId: null, orders: [], failedLines: allLinesFailed(purchase, failure.code, failure.message) });
  }
};

/** Rule 1: repeated on the same cart until there is a definite answer; there is no other cart while this one has none. */
export const checkOut: WorkHandler = async (work) => {
  const purchase = openPurchase(work);
  const cartId = purchase.cartId!;
  try {
    const { value, evidence } = await work.parts.gateway.checkoutCart(work.writeId('checkout'), work.customer, cartId);
    const orders = value.orders.map(({ orderId, lines }) => ({ orderId, lineNumbers: lines.map(({ lineNumber }) => lineNumber) }));
    const told = new Set([...orders.flatMap(({ lineNumbers }) => lineNumbers), ...value.failedLines.map(({ lineNumber }) => lineNumber)]);
    const untold = purchase.lines.filter(({ lineNumber }) => !told.has(lineNumber));
    if (untold.length > 0) {
      const of = untold.map(({ originalSubscriptionId }) => originalSubscriptionId).join(', ');
      await work.raise(
        'checkout-incomplete',
        `the checkout of cart ${cartId} says nothing of original ${of}: look in Partner Center whether it was ordered`,
      );
      return work.again(plusMs(work.now, UNACCOUNTED_MS), 'checkout-incomplete');
    }
    return await closed(work, { cartId, orders, failedLines: value.failedLines.map(failedLine) }, evidence);
  } catch (failure) {
    if (failure instanceof OutsideFailure && failure.kind === 'not-found' && failure.code !== 'cart-not-found')
      return needsPerson(work, failure.code, failure.message);
    if (!isDefinite(failure)) throw failure;
    return closed(work, { cartId, orders: [], failedLines: allLinesFailed(purchase, failure.code, failure.message) });
  }
};

function openPurchase(work: Work): OpenPurchase {
  const { purchase } = work.migration;
  if (!purchase) throw new Error(`to-do ${work.toDo.id} has no open purchase`);
  return purchase;
}

async function closed(
  work: Work,
  outcome: Pick<RecordPurchaseOutcome, 'cartId' | 'orders' | 'failedLines'>,
  evidence?: Evidence,
): Promise<ToDoResult> {
  const { attempt } = openPurchase(work);
  return work.record('outcome', { type: 'RecordPurchaseOutcome', at: work.now, attempt, ...outcome }, evidence ? { evidence } : {});
}

/** The outside says that nothing was bought. */
function isDefinite(failure: unknown): failure is OutsideFailure {
  return failure instanceof OutsideFailure && (failure.kind === 'refused' || failure.code === 'cart-not-found') && !failure.outcomeUnknown;
}
