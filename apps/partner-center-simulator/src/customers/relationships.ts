import type { Instant } from '#kernel';
import type { CloudEvents } from '../deliveries/cloud-events.ts';
import type { WebhookNotices } from '../deliveries/webhook-notices.ts';
import { plusDuration } from '../time/durations.ts';
import type { Timers } from '../time/timers.ts';
import type { Customer, Customers } from './customers.ts';

export interface RelationshipParts {
  readonly customers: Customers;
  readonly timers: Timers;
  readonly cloudEvents: CloudEvents;
  readonly webhookNotices: WebhookNotices;
}

/** What customers do with the reseller relationship. Each gives `false` where there is nothing to do. */
export class Relationships {
  readonly #parts: RelationshipParts;

  constructor(parts: RelationshipParts) {
    this.#parts = parts;
  }

  /** Partner Center itself tells of an acceptance: by its webhook and in its lists. */
  accept(tenant: string, at: Instant): boolean {
    const { customers, timers, webhookNotices } = this.#parts;
    const customer = customers.find(tenant);
    if (!customer || customer.relationship === 'reseller') return false;
    timers.cancel('customer-answer', tenant);
    customers.keepAnswer(tenant, 'accepted');
    customers.relate(tenant, directoryAccessFrom(customer, at));
    webhookNotices.relationshipAccepted(tenant, at);
    return true;
  }

  /** Nothing in Partner Center shows a declined invitation: an upstream system does (contract §4). */
  decline(tenant: string, at: Instant): boolean {
    const { customers, timers, cloudEvents } = this.#parts;
    const customer = customers.find(tenant);
    if (!customer || customer.relationship === 'reseller') return false;
    timers.cancel('customer-answer', tenant);
    customers.keepAnswer(tenant, 'declined');
    cloudEvents.relationshipChanged('relationship-declined', tenant, at);
    return true;
  }

  /** There is no webhook for a relationship that the customer removed (facts §3.5): an upstream system tells. */
  remove(tenant: string, at: Instant): boolean {
    if (!this.end(tenant)) return false;
    this.#parts.cloudEvents.relationshipChanged('relationship-removed', tenant, at);
    return true;
  }

  /** Ended by the partner: nobody needs to be told. */
  end(tenant: string): boolean {
    if (!this.#parts.customers.isRelated(tenant)) return false;
    this.#parts.customers.unrelate(tenant);
    return true;
  }
}

function directoryAccessFrom(customer: Customer, acceptedAt: Instant): Instant | null {
  if (customer.directoryAccess === 'never') return null;
  return customer.directoryAccess === 'with-acceptance' ? acceptedAt : plusDuration(acceptedAt, customer.directoryAccess);
}
