import type { Instant } from '#kernel';
import type { FirstLicenses } from '../licenses/first-licenses.ts';
import type { Originals } from '../originals/originals.ts';
import type { Database } from '../storage/database.ts';
import type { DescribedCustomer } from './customer-description.ts';
import type { CustomerAnswers } from './customer-answers.ts';
import type { Customers } from './customers.ts';

export interface RegisterParts {
  readonly db: Database;
  readonly customers: Customers;
  readonly originals: Originals;
  readonly firstLicenses: FirstLicenses;
  readonly answers: CustomerAnswers;
}

/**
 * Who the customers are. Describing one again changes only what the new description says differently: what has happened
 * to it meanwhile (answers, renewals, licenses) stays, so that the same description may be sent at every start.
 */
export class CustomerRegister {
  readonly #parts: RegisterParts;

  constructor(parts: RegisterParts) {
    this.#parts = parts;
  }

  describe(tenant: string, customer: DescribedCustomer, at: Instant): void {
    const { db, originals, firstLicenses, answers } = this.#parts;
    const description = JSON.stringify(customer);
    db.transaction(() => {
      const before = db.get<{ description: string }>('SELECT description FROM customers WHERE tenant = ?', tenant)?.description;
      if (before === description) return;
      this.#keep(tenant, customer, description);
      originals.describe(tenant, customer.originals);
      firstLicenses.assign(tenant, customer.users, customer.originals);
      answers.reconsider(tenant, at);
    });
  }

  isDescribed(tenant: string): boolean {
    const row = this.#parts.db.get<{ description: string }>('SELECT description FROM customers WHERE tenant = ?', tenant);
    return row !== undefined && row.description !== '';
  }

  /** A customer nobody described behaves by default: it has no users and no originals, and accepts after two days. */
  ensure(tenant: string, byDefault: DescribedCustomer): void {
    if (!this.#parts.customers.find(tenant)) this.#keep(tenant, byDefault, '');
  }

  #keep(tenant: string, customer: DescribedCustomer, description: string): void {
    const short = tenant.slice(0, 8);
    this.#parts.db.run(
      `INSERT INTO customers (tenant, description, name, domain, country, contact_email, invitation, answers_after, users, directory_access)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (tenant) DO UPDATE SET description = excluded.description, name = excluded.name, domain = excluded.domain,
         country = excluded.country, contact_email = excluded.contact_email, invitation = excluded.invitation,
         answers_after = excluded.answers_after, users = excluded.users, directory_access = excluded.directory_access`,
      tenant,
      description,
      customer.name ?? `Customer ${short}`,
      customer.domain ?? `customer-${short}.example`,
      customer.country,
      customer.contactEmail ?? null,
      customer.invitation,
      customer.answersAfter,
      customer.users,
      customer.directoryAccess,
    );
  }
}
