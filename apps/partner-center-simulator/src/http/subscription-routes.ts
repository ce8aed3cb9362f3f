import { endOfDay } from '#kernel';
import type { Subscription } from '../purchases/subscriptions.ts';
import type { World } from '../world.ts';
import { ApiFault } from './api-fault.ts';
import { customerWithDirectory, relatedCustomer } from './customer-gate.ts';
import { collection } from './links.ts';
import type { OutsideCall, OutsideRoute } from './outside-route.ts';
import { subscriptionBody } from './subscription-shape.ts';

/** Only what this partner sold is seen here (facts §4.6): originals are in Graph. */
export function subscriptionRoutes(world: World): OutsideRoute[] {
  const shared = { api: 'partner-center', limit: 'subscriptions' } as const;
  const { subscriptions, subscriptionChanges } = world;
  const body = (subscription: Subscription, call: OutsideCall) => subscriptionBody(subscriptions, subscription, call.at);
  return [
    {
      ...shared,
      method: 'GET',
      path: '/v1/customers/:customer/subscriptions',
      token: 'any',
      handle: (call) => {
        const { tenant } = relatedCustomer(world, call);
        const ofOrder = call.query.order_id?.toLowerCase();
        const found = subscriptions.of(tenant).filter(({ orderId }) => ofOrder === undefined || orderId === ofOrder);
        return {
          status: 200,
          body: collection(
            found.map((each) => body(each, call)),
            `/customers/${tenant}/subscriptions`,
          ),
        };
      },
    },
    {
      ...shared,
      method: 'GET',
      path: '/v1/customers/:customer/subscriptions/:subscription',
      token: 'any',
      handle: (call) => ({ status: 200, body: body(sold(world, call), call) }),
    },
    {
      ...shared,
      method: 'PATCH',
      path: '/v1/customers/:customer/subscriptions/:subscription',
      token: 'any',
      handle: (call) => ({
        status: 200,
        body: body(subscriptionChanges.apply(sold(world, call), call.body, call.requestId, call.at), call),
      }),
    },
    {
      ...shared,
      method: 'GET',
      path: '/v1/customers/:customer/subscriptions/:subscription/provisioningstatus',
      token: 'user',
      handle: (call) => ({ status: 200, body: provisioningStatus(world, call) }),
    },
  ];
}

function sold(world: World, call: OutsideCall): Subscription {
  const { tenant } = relatedCustomer(world, call);
  const subscription = world.subscriptions.find(call.params.subscription!.toLowerCase());
  if (subscription?.tenant !== tenant) throw new ApiFault(404, 20003, `There is no subscription ${call.params.subscription!}.`);
  return subscription;
}

function provisioningStatus(world: World, call: OutsideCall): object {
  customerWithDirectory(world, call);
  const { sku, quantity, commitmentEnd, endedAt } = sold(world, call);
  if (endedAt !== null) throw new ApiFault(404, 800007, 'There is no provisioning status.');
  return {
    skuId: sku,
    status: 'success',
    quantity,
    endDate: endOfDay(commitmentEnd),
    attributes: { objectType: 'SubscriptionProvisioningStatus' },
  };
}
