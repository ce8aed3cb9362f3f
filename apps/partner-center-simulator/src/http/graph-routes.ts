import { z } from 'zod';
import { derivedId, endOfDay, plusDays, type Instant } from '#kernel';
import { skuPartNumberOf } from '../catalog/catalog-items.ts';
import type { Customer } from '../customers/customers.ts';
import { principalNameOf, userIdOf, userNumberOf } from '../licenses/users.ts';
import { phaseOf, type Original } from '../originals/originals.ts';
import type { Subscription } from '../purchases/subscriptions.ts';
import type { World } from '../world.ts';
import { GraphFault } from './api-fault.ts';
import { capabilityStatusOf } from './license-routes.ts';
import type { OutsideAnswer, OutsideCall, OutsideRoute } from './outside-route.ts';

const DEFAULT_TOP = 100;
const LARGEST_TOP = 999;

const assignment = z.object({ addLicenses: z.array(z.object({ skuId: z.string() })), removeLicenses: z.array(z.string()) });

/** Graph in the customer's tenant: whose it is comes from the token (facts §5.2, §5.4). */
export function graphRoutes(world: World): OutsideRoute[] {
  const shared = { api: 'graph', token: 'any', limit: null } as const;
  return [
    {
      ...shared,
      method: 'GET',
      path: '/v1.0/directory/subscriptions',
      handle: (call) => ({ status: 200, body: { value: directory(world, customerOf(world, call), call.at) } }),
    },
    {
      ...shared,
      method: 'GET',
      path: '/v1.0/subscribedSkus',
      handle: (call) => ({ status: 200, body: { value: skus(world, customerOf(world, call), call.at) } }),
    },
    { ...shared, method: 'GET', path: '/v1.0/users', handle: (call) => ({ status: 200, body: users(world, call) }) },
    { ...shared, method: 'POST', path: '/v1.0/users/:user/assignLicense', handle: (call) => assign(world, call) },
  ];
}

function customerOf(world: World, call: OutsideCall): Customer {
  const customer = world.customers.find(call.token.tenant);
  if (!customer || !world.customers.hasDirectoryAccess(customer.tenant, call.at)) {
    throw new GraphFault(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
  }
  return customer;
}

/** Everything the tenant owns, from whatever seller: `ownerTenantId` tells whose (facts §5.4). */
function directory(world: World, { tenant }: Customer, at: Instant): object[] {
  const originals = world.originals.of(tenant).map((original) => originalBody(original, at));
  return [...originals, ...world.subscriptions.of(tenant).map((subscription) => soldBody(world, subscription, at))];
}

function originalBody(original: Original, at: Instant): object {
  const { status, until } = phaseOf(original, at);
  return {
    ...subscriptionBody(original.tenant, original.subscriptionId, original.sku, original.seats),
    status,
    nextLifecycleDateTime: until,
    createdDateTime: plusDays(endOfDay(original.termEnd), -365),
    ownerTenantId: null,
    ownerType: 'User',
  };
}

function soldBody(world: World, subscription: Subscription, at: Instant): object {
  const status = world.subscriptions.directoryStatus(subscription, at);
  return {
    ...subscriptionBody(subscription.tenant, subscription.id, subscription.sku, subscription.quantity),
    status,
    nextLifecycleDateTime: status === 'Deleted' ? null : endOfDay(subscription.commitmentEnd),
    createdDateTime: subscription.createdAt,
    ownerTenantId: world.partner.tenantId,
    ownerType: 'ServicePrincipal',
  };
}

function subscriptionBody(tenant: string, subscriptionId: string, sku: string, totalLicenses: number): object {
  return {
    id: derivedId('directory-subscription', tenant, subscriptionId),
    commerceSubscriptionId: subscriptionId,
    skuId: sku,
    skuPartNumber: skuPartNumberOf(sku),
    totalLicenses,
    isTrial: false,
    ownerId: derivedId('owner', tenant, subscriptionId),
    serviceStatus: [],
  };
}

function skus(world: World, { tenant }: Customer, at: Instant): object[] {
  return world.licenses.pools(tenant, at).map((pool) => ({
    id: `${tenant}_${pool.sku}`,
    skuId: pool.sku,
    skuPartNumber: skuPartNumberOf(pool.sku),
    capabilityStatus: capabilityStatusOf(pool),
    consumedUnits: pool.consumed,
    prepaidUnits: { enabled: pool.active, warning: pool.warning, suspended: pool.suspended, lockedOut: 0 },
    servicePlans: [],
    appliesTo: 'User',
  }));
}

function users(world: World, call: OutsideCall): object {
  const customer = customerOf(world, call);
  const top = Math.min(Number(call.query.$top ?? DEFAULT_TOP), LARGEST_TOP);
  const from = Number(call.query.$skiptoken ?? 0);
  if (!Number.isInteger(top) || top < 1 || !Number.isInteger(from) || from < 0)
    throw new GraphFault(400, 'Request_BadRequest', 'Invalid page.');
  const to = Math.min(from + top, customer.users);
  const held = world.licenses.heldBy(customer, from, to, call.at);
  const value = held.map((licenses, index) => userBody(customer, from + index, licenses));
  if (to >= customer.users) return { value };
  const select = call.query.$select === undefined ? '' : `$select=${call.query.$select}&`;
  return { '@odata.nextLink': `${world.ownUrl()}/v1.0/users?${select}$top=${top}&$skiptoken=${to}`, value };
}

function userBody(customer: Customer, number: number, licenses: ReadonlySet<string>): object {
  return {
    id: userIdOf(customer.tenant, number),
    userPrincipalName: principalNameOf(customer.domain, number),
    usageLocation: customer.country,
    assignedLicenses: [...licenses].sort().map((skuId) => ({ skuId, disabledPlans: [] })),
  };
}

function assign(world: World, call: OutsideCall): OutsideAnswer {
  const customer = customerOf(world, call);
  const user = userNumberOf(customer.tenant, call.params.user!, customer.users);
  if (user === undefined) throw new GraphFault(404, 'Request_ResourceNotFound', `Resource '${call.params.user!}' does not exist.`);
  const parsed = assignment.safeParse(call.body);
  if (!parsed.success) throw new GraphFault(400, 'Request_BadRequest', 'addLicenses and removeLicenses are both required.');
  const add = parsed.data.addLicenses.map(({ skuId }) => skuId.toLowerCase());
  const remove = parsed.data.removeLicenses.map((sku) => sku.toLowerCase());
  const full = world.licenses.update(customer, user, add, remove, call.requestId, call.at);
  if (full !== null) throw new GraphFault(400, 'Request_BadRequest', `Subscription with SKU ${full} does not have any available licenses.`);
  return { status: 200, body: userBody(customer, user, world.licenses.heldBy(customer, user, user + 1, call.at)[0]!) };
}
