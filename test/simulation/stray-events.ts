import { type Instant, derivedId, plusDays } from '#kernel';
import type { Chance } from './chance.ts';
import type { SimulatedCustomer } from './simulated-customer.ts';
import type { Event } from './upstream.ts';

export function eventOf(
  type: string,
  source: string,
  customerTenantId: string,
  partnerTenantId: string,
  occurredAt: Instant,
  further: object = {},
): Event {
  return {
    specversion: '1.0',
    id: derivedId('event', type, source, customerTenantId, occurredAt),
    source,
    type,
    time: occurredAt,
    data: { customerTenantId, partnerTenantId, ...further, occurredAt },
  };
}

/** Events that come too early, are not meant for us, or make no sense. */
export function strayEvents(
  chance: Chance,
  customers: readonly SimulatedCustomer[],
  partnerTenantId: string,
): { readonly at: Instant; readonly event: Event }[] {
  return customers.flatMap((customer) => {
    const { tenant, registeredAt, lines } = customer;
    const { originalSubscriptionId: subscriptionId, termEnd } = lines[0]!.registration;
    const strays: { at: Instant; event: Event }[] = [];
    if (chance.happens(0.1)) {
      const at = plusDays(registeredAt, -1);
      strays.push({
        at,
        event: eventOf('cutover.original.expiring.v1', 'urn:billing', tenant, partnerTenantId, at, { subscriptionId, termEnd }),
      });
    }
    if (chance.happens(0.05)) {
      const at = plusDays(registeredAt, 2);
      strays.push({ at, event: eventOf('cutover.customer.relationship-accepted.v1', 'urn:crm', tenant, derivedId('another partner'), at) });
    }
    if (chance.happens(0.05)) {
      const at = plusDays(registeredAt, chance.between(1, 20));
      strays.push({
        at,
        event: eventOf('cutover.original.expired.v1', 'urn:billing', tenant, partnerTenantId, at, { subscriptionId: 'no guid' }),
      });
    }
    return strays;
  });
}
