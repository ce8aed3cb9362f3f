import { derivedId, type Day, type Instant } from '#kernel';
import type { Partner } from '../partner.ts';
import type { Outbox } from './outbox.ts';

const SOURCE = 'urn:stand-in:upstream-systems';

/** The upstream systems that publish to the product's `POST /v1/events` (contract §4). Ids are stable. */
export class CloudEvents {
  readonly #outbox: Outbox;
  readonly #partner: Partner;

  constructor(outbox: Outbox, partner: Partner) {
    this.#outbox = outbox;
    this.#partner = partner;
  }

  relationshipChanged(what: 'relationship-declined' | 'relationship-removed', tenant: string, at: Instant): void {
    this.#publish(`cutover.customer.${what}.v1`, tenant, tenant, {}, at);
  }

  originalChanged(
    what: 'expiring' | 'expired' | 'cancelled' | 'renewed' | 'extended',
    original: { readonly tenant: string; readonly subscriptionId: string },
    termEnd: Day | null,
    at: Instant,
  ): void {
    const { tenant, subscriptionId } = original;
    const about = { subscriptionId, ...(termEnd === null ? {} : { termEnd }) };
    this.#publish(`cutover.original.${what}.v1`, tenant, subscriptionId, about, at);
  }

  #publish(type: string, customerTenantId: string, subject: string, about: object, occurredAt: Instant): void {
    const id = derivedId('cloud-event', type, customerTenantId, subject, occurredAt);
    const data = { customerTenantId, partnerTenantId: this.#partner.tenantId, ...about, occurredAt };
    const event = {
      specversion: '1.0',
      id,
      source: SOURCE,
      type,
      subject,
      time: occurredAt,
      datacontenttype: 'application/json',
      partitionkey: customerTenantId,
      data,
    };
    this.#outbox.put({ id, receiver: 'product', customer: customerTenantId, name: type, body: JSON.stringify(event) }, occurredAt);
  }
}
