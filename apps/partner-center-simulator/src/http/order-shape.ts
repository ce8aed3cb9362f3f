import type { Order, OrderLine } from '../purchases/orders.ts';
import { sevenDigits } from '../time/durations.ts';
import { link } from './links.ts';

/** An order as it goes over the wire (facts §4.5). `subscriptionId` is absent until its line is fulfilled. */
export function orderBody(order: Order): object {
  const uri = `/customers/${order.tenant}/orders/${order.id}`;
  return {
    id: order.id,
    alternateId: order.id,
    referenceCustomerId: order.tenant,
    billingCycle: order.billingCycle,
    lineItems: order.lines.map((line) => orderLineBody(order, line)),
    creationDate: sevenDigits(order.createdAt),
    status: order.status,
    transactionType: 'UserPurchase',
    links: { self: link(uri), provisioningStatus: link(`${uri}/provisioningstatus`), patchOperation: link(uri, 'PATCH') },
    attributes: { objectType: 'Order' },
  };
}

function orderLineBody(order: Order, line: OrderLine): object {
  const [productId = '', skuId = ''] = line.catalogItem.split(':');
  const subscription = line.subscriptionId === null ? {} : { subscriptionId: line.subscriptionId };
  return {
    lineItemNumber: line.lineNumber,
    offerId: line.catalogItem,
    ...subscription,
    termDuration: line.term,
    transactionType: 'New',
    friendlyName: line.friendlyName,
    quantity: line.quantity,
    links: {
      ...(line.subscriptionId === null ? {} : { subscription: link(`/customers/${order.tenant}/subscriptions/${line.subscriptionId}`) }),
      product: link(`/products/${productId}`),
      sku: link(`/products/${productId}/skus/${skuId}`),
      provisioningStatus: link(`/customers/${order.tenant}/orders/${order.id}/provisioningstatus`),
    },
  };
}
