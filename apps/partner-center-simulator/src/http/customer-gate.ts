import { parseGuid } from '#kernel';
import type { Customer } from '../customers/customers.ts';
import type { World } from '../world.ts';
import { ApiFault } from './api-fault.ts';
import type { OutsideCall } from './outside-route.ts';

/** The customer of a call, as long as there is a commerce relationship: else 403/20002. */
export function relatedCustomer(world: World, call: OutsideCall): Customer {
  const tenant = parseGuid(call.params.customer ?? '');
  const customer = tenant === undefined ? undefined : world.customers.find(tenant);
  if (customer?.relationship !== 'reseller') {
    throw new ApiFault(
      403,
      20002,
      `The partner ID ${world.partner.tenantId} has no commerce relationship with the customer ID ${call.params.customer ?? ''}.`,
    );
  }
  return customer;
}

/** The same, and its directory may be looked into: else 403/900308 (facts §2.5). */
export function customerWithDirectory(world: World, call: OutsideCall): Customer {
  const customer = relatedCustomer(world, call);
  if (!world.customers.hasDirectoryAccess(customer.tenant, call.at)) {
    throw new ApiFault(403, 900308, 'The partner has not been given access to the customer’s directory.');
  }
  return customer;
}
