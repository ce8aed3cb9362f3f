import { z } from 'zod';
import { parseGuid } from '#kernel';
import { skuPartNumberOf, titleOf } from '../catalog/catalog-items.ts';
import type { Customer } from '../customers/customers.ts';
import type { SkuPool } from '../licenses/licenses.ts';
import { principalNameOf, userIdOf, userNumberOf } from '../licenses/users.ts';
import type { World } from '../world.ts';
import { ApiFault } from './api-fault.ts';
import { customerWithDirectory } from './customer-gate.ts';
import { collection } from './links.ts';
import type { OutsideAnswer, OutsideCall, OutsideRoute } from './outside-route.ts';
import { seekCollection, seekPage } from './seek-pages.ts';

const guid = z.string().transform((text) => parseGuid(text) ?? text);
const update = z.object({
  licensesToAssign: z.array(z.object({ skuId: guid })).nullish(),
  licensesToRemove: z.array(guid).nullish(),
});

/** Users and their licenses (facts §5.1): App+User, and the customer's directory must be open. No published limit. */
export function licenseRoutes(world: World): OutsideRoute[] {
  const shared = { api: 'partner-center', token: 'user', limit: null } as const;
  return [
    { ...shared, method: 'GET', path: '/v1/customers/:customer/users', handle: (call) => ({ status: 200, body: users(world, call) }) },
    {
      ...shared,
      method: 'GET',
      path: '/v1/customers/:customer/subscribedskus',
      handle: (call) => {
        const { tenant } = customerWithDirectory(world, call);
        return {
          status: 200,
          body: collection(world.licenses.pools(tenant, call.at).map(poolBody), `/customers/${tenant}/subscribedskus`),
        };
      },
    },
    {
      ...shared,
      method: 'GET',
      path: '/v1/customers/:customer/users/:user/licenses',
      handle: (call) => ({ status: 200, body: licensesOf(world, call) }),
    },
    {
      ...shared,
      method: 'POST',
      path: '/v1/customers/:customer/users/:user/licenseupdates',
      handle: (call) => updateLicenses(world, call),
    },
  ];
}

function users(world: World, call: OutsideCall): object {
  const customer = customerWithDirectory(world, call);
  const { after, size } = seekPage(call);
  const from = after === '' ? 0 : Number(after) + 1;
  const to = Math.min(from + size, customer.users);
  const items = Array.from({ length: Math.max(0, to - from) }, (_, index) => userBody(customer, from + index));
  return seekCollection(`/customers/${customer.tenant}/users`, items, customer.users, size, to < customer.users ? String(to - 1) : null);
}

function userBody(customer: Customer, number: number): object {
  return {
    id: userIdOf(customer.tenant, number),
    userPrincipalName: principalNameOf(customer.domain, number),
    firstName: 'User',
    lastName: String(number + 1),
    displayName: `User ${number + 1}`,
    usageLocation: customer.country,
    userDomainType: 'managed',
    state: 'active',
    attributes: { objectType: 'CustomerUser' },
  };
}

function poolBody(pool: SkuPool): object {
  const totalUnits = pool.active + pool.warning;
  return {
    availableUnits: totalUnits - pool.consumed,
    activeUnits: pool.active,
    consumedUnits: pool.consumed,
    suspendedUnits: pool.suspended,
    totalUnits,
    warningUnits: pool.warning,
    productSku: productSku(pool.sku),
    servicePlans: [],
    capabilityStatus: capabilityStatusOf(pool),
    attributes: { objectType: 'SubscribedSku' },
  };
}

function productSku(sku: string): object {
  return { id: sku, name: titleOf(sku), skuPartNumber: skuPartNumberOf(sku), targetType: 'User', licenseGroupId: 'group1' };
}

export function capabilityStatusOf({ active, warning }: SkuPool): string {
  return active > 0 ? 'Enabled' : warning > 0 ? 'Warning' : 'Suspended';
}

function userOf(customer: Customer, call: OutsideCall): number {
  const number = userNumberOf(customer.tenant, call.params.user!, customer.users);
  if (number === undefined) throw new ApiFault(404, 60002, `There is no user ${call.params.user!}.`);
  return number;
}

function licensesOf(world: World, call: OutsideCall): object {
  const customer = customerWithDirectory(world, call);
  const user = userOf(customer, call);
  const held = [...world.licenses.heldBy(customer, user, user + 1, call.at)[0]!].sort();
  const items = held.map((sku) => ({ productSku: productSku(sku), servicePlans: [], attributes: { objectType: 'License' } }));
  return collection(items, `/customers/${customer.tenant}/users/${call.params.user!}/licenses`);
}

function updateLicenses(world: World, call: OutsideCall): OutsideAnswer {
  const customer = customerWithDirectory(world, call);
  const user = userOf(customer, call);
  const parsed = update.safeParse(call.body);
  if (!parsed.success) throw new ApiFault(400, 800002, `The update is not understood: ${z.prettifyError(parsed.error)}`);
  const assign = parsed.data.licensesToAssign ?? [];
  const remove = parsed.data.licensesToRemove ?? [];
  const full = world.licenses.update(
    customer,
    user,
    assign.map(({ skuId }) => skuId),
    remove,
    call.requestId,
    call.at,
  );
  if (full !== null) {
    const detail = `LicenseQuotaExceededException : Subscription with Account ${customer.tenant} and SKU ${full} does not have any available licenses left.`;
    throw new ApiFault(400, 60012, 'The subscription has run out of licenses.', [detail]);
  }
  const body = { licensesToAssign: assign, licensesToRemove: remove, licenseWarnings: null, attributes: { objectType: 'LicenseUpdate' } };
  return { status: 201, body };
}
