import { derivedId } from '#kernel';
import { z } from 'zod';
import { OutsideFailure, type Answer, type OrderStatus } from '../gateway.ts';
import { customerPath, type PartnerCenterApi } from './partner-center-api.ts';
import { collectionOf, id, moment, word } from './wire.ts';

const orderShape = z.object({
  id,
  status: word,
  creationDate: moment.nullish(),
  lineItems: z.array(
    z.object({ lineItemNumber: z.number().int(), offerId: z.string(), quantity: z.number().int(), subscriptionId: z.string().nullish() }),
  ),
});

const provisioningShape = collectionOf(z.object({ lineItemNumber: z.number().int(), status: word }));

type Fulfilment = OrderStatus['lines'][number]['fulfilment'];

/** An order with what became of its lines (facts §4.5). It is `completed` only once every line is fulfilled or has failed for good. */
export async function readOrder(
  api: PartnerCenterApi,
  requestId: string,
  customerTenantId: string,
  orderId: string,
): Promise<Answer<OrderStatus>> {
  const { value: order, evidence } = await api.call({
    operation: 'read the order',
    callClass: 'orders',
    requestId,
    method: 'GET',
    path: customerPath(customerTenantId, 'orders', orderId),
    customerTenantId,
    answer: orderShape,
  });
  const ended = endOf(order.status);
  // Before the order is settled nothing is fulfilled, and the call is spared.
  const fulfilments =
    ended || !isSettled(order.status) ? new Map<number, string>() : await readFulfilments(api, requestId, customerTenantId, orderId);
  const lines = order.lineItems.map((line) => ({
    lineNumber: line.lineItemNumber,
    catalogItem: line.offerId,
    quantity: line.quantity,
    subscriptionId: line.subscriptionId?.toLowerCase() || null,
    fulfilment: ended ? ('failed' as const) : fulfilmentOf(fulfilments.get(line.lineItemNumber), order.status),
  }));
  return {
    value: {
      orderId: order.id,
      createdAt: order.creationDate ?? null,
      status: ended ?? (isSettled(order.status) && lines.every((line) => line.fulfilment !== 'unfulfilled') ? 'completed' : 'pending'),
      lines,
    },
    evidence,
  };
}

async function readFulfilments(
  api: PartnerCenterApi,
  requestId: string,
  customerTenantId: string,
  orderId: string,
): Promise<ReadonlyMap<number, string>> {
  try {
    const { value } = await api.call({
      operation: "read the order's provisioning",
      callClass: 'orders',
      requestId: derivedId(requestId, 'provisioningstatus'),
      method: 'GET',
      path: customerPath(customerTenantId, 'orders', orderId, 'provisioningstatus'),
      customerTenantId,
      answer: provisioningShape,
    });
    return new Map(value.items.map((line) => [line.lineItemNumber, line.status]));
  } catch (failure) {
    if (failure instanceof OutsideFailure && failure.kind === 'not-found') return new Map();
    throw failure;
  }
}

function endOf(status: string): 'cancelled' | 'failed' | undefined {
  if (status === 'cancelled') return 'cancelled';
  return status === 'error' || status === 'po review rejected' ? 'failed' : undefined;
}

/** A deal under review by a person, or one whose state is unknown, is still pending. */
function isSettled(status: string): boolean {
  return status === 'completed' || isPartial(status);
}

function isPartial(status: string): boolean {
  return status.replaceAll('_', ' ') === 'partial success';
}

function fulfilmentOf(provisioning: string | undefined, orderStatus: string): Fulfilment {
  if (provisioning === 'fulfilled') return 'fulfilled';
  return provisioning === 'failed' || (provisioning === 'unfulfilled' && isPartial(orderStatus)) ? 'failed' : 'unfulfilled';
}
