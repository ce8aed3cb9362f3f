import { z } from 'zod';
import { parseGuid } from '#kernel';
import type { Customer } from '../customers/customers.ts';
import { seekCollection, seekPage } from './seek-pages.ts';
import type { World } from '../world.ts';
import { ApiFault } from './api-fault.ts';
import { relatedCustomer } from './customer-gate.ts';
import { link } from './links.ts';
import type { OutsideCall, OutsideRoute } from './outside-route.ts';

const removal = z.object({ relationshipToPartner: z.literal('none') });

export function customerRoutes(world: World): OutsideRoute[] {
  const shared = { api: 'partner-center', limit: 'customers' } as const;
  return [
    {
      ...shared,
      method: 'GET',
      path: '/v1/customers/relationshiprequests',
      token: 'user',
      handle: () => ({ status: 200, body: invitation(world) }),
    },
    { ...shared, method: 'GET', path: '/v1/customers', token: 'any', handle: (call) => ({ status: 200, body: list(world, call) }) },
    {
      ...shared,
      method: 'GET',
      path: '/v1/customers/:customer',
      token: 'any',
      handle: (call) => ({ status: 200, body: one(world, call) }),
    },
    {
      ...shared,
      method: 'PATCH',
      path: '/v1/customers/:customer',
      token: 'user',
      handle: (call) => ({ status: 200, body: remove(world, call) }),
    },
  ];
}

/** The link names the partner only: no customer, no state (facts §2.1). */
function invitation(world: World): object {
  const query = `invType=ResellerRelationship&partnerId=${world.partner.tenantId}&msppId=0&DAP=false`;
  return {
    url: `https://admin.microsoft.com/Adminportal/Home?${query}#/BillingAccounts/partner-invitation`,
    attributes: { objectType: 'RelationshipRequest' },
  };
}

function list(world: World, call: OutsideCall): object {
  const { after, size } = seekPage(call);
  const customers = world.customers.relatedAfter(after, size + 1);
  const page = customers.slice(0, size);
  const last = customers.length > size ? page.at(-1)!.tenant : null;
  return seekCollection('/customers', page.map(inList), world.customers.relatedCount(), size, last);
}

function inList(customer: Customer): object {
  return {
    id: customer.tenant,
    companyProfile: {
      tenantId: customer.tenant,
      domain: customer.domain,
      companyName: customer.name,
      attributes: { objectType: 'CustomerCompanyProfile' },
    },
    relationshipToPartner: customer.relationship,
    links: { self: link(`/customers/${customer.tenant}`) },
    attributes: { objectType: 'Customer' },
  };
}

/** Before acceptance it is as if there were no such customer; without directory access there is no address. */
function one(world: World, call: OutsideCall): object {
  const customer = world.customers.find(parseGuid(call.params.customer ?? '') ?? '');
  if (customer?.relationship !== 'reseller') throw new ApiFault(404, 1000, `There is no customer ${call.params.customer ?? ''}.`);
  const open = world.customers.hasDirectoryAccess(customer.tenant, call.at);
  const profile = { tenantId: customer.tenant, domain: customer.domain, companyName: customer.name };
  return {
    ...inList(customer),
    commerceId: customer.tenant,
    companyProfile: open ? { ...profile, address: { country: customer.country }, email: customer.contactEmail } : profile,
    billingProfile: { companyName: customer.name, culture: 'en-US', language: 'en', attributes: { objectType: 'CustomerBillingProfile' } },
    allowDelegatedAccess: open,
    ...(open ? { customDomains: [customer.domain] } : {}),
  };
}

function remove(world: World, call: OutsideCall): object {
  const customer = relatedCustomer(world, call);
  if (!removal.safeParse(call.body).success) throw new ApiFault(400, 800002, 'Only relationshipToPartner "none" can be set.');
  if (world.subscriptions.of(customer.tenant).some(({ status }) => status === 'active')) {
    throw new ApiFault(400, 2001, 'The customer has active subscriptions. Suspend them first.');
  }
  world.relationships.end(customer.tenant);
  return {
    Id: customer.tenant,
    CommerceId: null,
    CompanyProfile: null,
    BillingProfile: null,
    RelationshipToPartner: 'none',
    Attributes: { ObjectType: 'Customer' },
  };
}
