import { later, type Instant } from '#kernel';
import { plusDuration } from '../time/durations.ts';
import type { Timers } from '../time/timers.ts';
import type { Customer, Customers } from './customers.ts';
import type { Relationships } from './relationships.ts';

/** How customers answer invitations: the first mail of a round starts their clock. */
export class CustomerAnswers {
  readonly #customers: Customers;
  readonly #relationships: Relationships;
  readonly #timers: Timers;

  constructor(customers: Customers, relationships: Relationships, timers: Timers) {
    this.#customers = customers;
    this.#relationships = relationships;
    this.#timers = timers;
  }

  /** A round ends with an answer; an invitation after a declined one, or after a removed relationship, opens the next. */
  invited(tenant: string, at: Instant): void {
    const customer = this.#customers.find(tenant);
    if (!customer || customer.relationship === 'reseller') return;
    if (customer.invitedAt !== null && customer.answered === null) return;
    this.#customers.openRound(tenant, at);
    this.reconsider(tenant, at);
  }

  /** Plans the open round's answer anew, as the customer is described now. */
  reconsider(tenant: string, at: Instant): void {
    const customer = this.#customers.find(tenant);
    if (!customer || !isOpen(customer)) return;
    if (customer.invitation === 'silent') this.#timers.cancel('customer-answer', tenant);
    else this.#timers.set('customer-answer', tenant, later(at, plusDuration(customer.invitedAt!, customer.answersAfter)));
  }

  /** The timer's end: the customer does as it is described. */
  answer(tenant: string, at: Instant): void {
    const customer = this.#customers.find(tenant);
    if (!customer || !isOpen(customer)) return;
    if (customer.invitation === 'accept') this.#relationships.accept(tenant, at);
    if (customer.invitation === 'decline') this.#relationships.decline(tenant, at);
  }
}

function isOpen(customer: Customer): boolean {
  return customer.relationship === 'none' && customer.invitedAt !== null && customer.answered === null;
}
