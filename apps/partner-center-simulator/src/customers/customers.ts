import type { Instant } from '#kernel';
import type { Database } from '../storage/database.ts';

export interface Customer {
  readonly tenant: string;
  readonly name: string;
  readonly domain: string;
  readonly country: string;
  readonly contactEmail: string | null;
  readonly invitation: 'accept' | 'decline' | 'silent';
  readonly answersAfter: string;
  readonly users: number;
  /** `with-acceptance`, `never`, or a duration from acceptance on. */
  readonly directoryAccess: string;
  /** When the first invitation mail of the round that is open came. */
  readonly invitedAt: Instant | null;
  /** How it answered that round. */
  readonly answered: 'accepted' | 'declined' | null;
  readonly relationship: 'reseller' | 'none';
  /** From when on the partner may look into its directory. */
  readonly directoryAt: Instant | null;
}

const COLUMNS = `tenant, name, domain, country, contact_email AS contactEmail, invitation, answers_after AS answersAfter, users,
  directory_access AS directoryAccess, invited_at AS invitedAt, answered, relationship, directory_at AS directoryAt`;

/** All customers that were described or got a mail. */
export class Customers {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  find(tenant: string): Customer | undefined {
    return this.#db.get<Customer>(`SELECT ${COLUMNS} FROM customers WHERE tenant = ?`, tenant);
  }

  /** Those with a relationship, from just after a tenant on. */
  relatedAfter(tenant: string, limit: number): Customer[] {
    return this.#db.all<Customer>(
      `SELECT ${COLUMNS} FROM customers WHERE relationship = 'reseller' AND tenant > ? ORDER BY tenant LIMIT ?`,
      tenant,
      limit,
    );
  }

  relatedCount(): number {
    return this.#db.get<{ n: number }>(`SELECT count(*) AS n FROM customers WHERE relationship = 'reseller'`)!.n;
  }

  isRelated(tenant: string): boolean {
    return this.#db.get(`SELECT 1 FROM customers WHERE tenant = ? AND relationship = 'reseller'`, tenant) !== undefined;
  }

  hasDirectoryAccess(tenant: string, at: Instant): boolean {
    return this.#db.get('SELECT 1 FROM customers WHERE tenant = ? AND directory_at <= ?', tenant, at) !== undefined;
  }

  openRound(tenant: string, invitedAt: Instant): void {
    this.#db.run('UPDATE customers SET invited_at = ?, answered = NULL WHERE tenant = ?', invitedAt, tenant);
  }

  keepAnswer(tenant: string, answered: 'accepted' | 'declined'): void {
    this.#db.run('UPDATE customers SET answered = ? WHERE tenant = ?', answered, tenant);
  }

  relate(tenant: string, directoryAt: Instant | null): void {
    this.#db.run(`UPDATE customers SET relationship = 'reseller', directory_at = ? WHERE tenant = ?`, directoryAt, tenant);
  }

  unrelate(tenant: string): void {
    this.#db.run(
      `UPDATE customers SET relationship = 'none', directory_at = NULL, invited_at = NULL, answered = NULL WHERE tenant = ?`,
      tenant,
    );
  }
}
