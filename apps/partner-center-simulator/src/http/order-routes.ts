import type { Order } from '../purchases/orders.ts';
import type { World } from '../world.ts';
import { ApiFault } from './api-fault.ts';
import { relatedCustomer } from './customer-gate.ts';
import { collection } from './links.ts';
import { orderBody } from './order-shape.ts';
import type { OutsideCall, OutsideRoute } from './outside-route.ts';

export function orderRoutes(world: World): OutsideRoute[] {
  const shared = { api: 'partner-center', method: 'GET', token: 'any', limit: 'orders' } as const;
  return [
    { ...shared, path: '/v1/customers/:customer/orders', handle: (call) => ({ status: 200, body: list(world, call) }) },
    {
      ...shared,
      path: '/v1/customers/:customer/orders/:order',
      handle: (call) => ({ status: 200, body: orderBody(visibleOrder(world, call)) }),
    },
    {
      ...shared,
      path: '/v1/customers/:customer/orders/:order/provisioningstatus',
      handle: (call) => ({ status: 200, body: provisioningStatus(visibleOrder(world, call)) }),
    },
  ];
}

/** The list lags by up to 15 minutes (facts §4.5): here always by that much. */
function list(world: World, call: OutsideCall): object {
  const { tenant } = relatedCustomer(world, call);
  const listed = world.orders.of(tenant).filter(({ listedAt }) => listedAt <= call.at);
  return collection(
    listed.map((order) => orderBody(order)),
    `/customers/${tenant}/orders`,
  );
}

function visibleOrder(world: World, call: OutsideCall): Order {
  const { tenant } = relatedCustomer(world, call);
  const order = world.orders.find(call.params.order!.toLowerCase());
  if (order?.tenant !== tenant || order.visibleAt > call.at) throw new ApiFault(404, 20000, `There is no order ${call.params.order!}.`);
  return order;
}

function provisioningStatus({ lines, tenant, id }: Order): object {
  const items = lines.map(({ lineNumber, quantity, provisioning }) => ({
    lineItemNumber: lineNumber,
    status: provisioning,
    quantityProvisioningInformation: [{ quantity, status: provisioning }],
    attributes: { objectType: 'OrderLineItemProvisioningStatus' },
  }));
  return collection(items, `/customers/${tenant}/orders/${id}/provisioningstatus`);
}
