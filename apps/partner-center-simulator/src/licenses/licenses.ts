import type { Instant } from '#kernel';
import type { Customer } from '../customers/customers.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Database } from '../storage/database.ts';
import type { FirstLicenses } from './first-licenses.ts';
import type { SeatPools, Units } from './seat-pools.ts';
import { userIdOf } from './users.ts';

export interface LicenseParts {
  readonly db: Database;
  readonly firstLicenses: FirstLicenses;
  readonly seatPools: SeatPools;
  readonly ledger: Ledger;
}

export interface SkuPool extends Units {
  readonly sku: string;
  readonly consumed: number;
}

/** Who holds which license. Only what changed since the beginning is kept. */
export class Licenses {
  readonly #parts: LicenseParts;

  constructor(parts: LicenseParts) {
    this.#parts = parts;
  }

  /** License SKUs of users `from` to `to` (exclusive): those whose SKU still has units of any kind. */
  heldBy(customer: Customer, from: number, to: number, at: Instant): ReadonlySet<string>[] {
    const living = this.#parts.seatPools.unitsOf(customer.tenant, at);
    const first = [...this.#parts.firstLicenses.of(customer.tenant)].filter(([sku]) => living.has(sku));
    const held = Array.from(
      { length: Math.max(0, to - from) },
      (_, index) => new Set(first.filter(([, users]) => from + index < users).map(([sku]) => sku)),
    );
    for (const change of this.#changes(customer.tenant, from, to)) {
      const licenses = held[change.user - from]!;
      if (change.held === 1 && living.has(change.sku)) licenses.add(change.sku);
      else licenses.delete(change.sku);
    }
    return held;
  }

  pools(tenant: string, at: Instant): SkuPool[] {
    const units = [...this.#parts.seatPools.unitsOf(tenant, at)].sort(([a], [b]) => (a < b ? -1 : 1));
    return units.map(([sku, pool]) => ({ sku, ...pool, consumed: this.#consumed(tenant, sku) }));
  }

  /**
   * Adds and removes licenses of one user in one go; what is so already is left. Gives the SKU that has no seat left, in
   * which case nothing has changed, else `null`.
   */
  update(
    customer: Customer,
    user: number,
    add: readonly string[],
    remove: readonly string[],
    requestId: string,
    at: Instant,
  ): string | null {
    const { tenant } = customer;
    const held = this.heldBy(customer, user, user + 1, at)[0]!;
    const adding = [...new Set(add)].filter((sku) => !held.has(sku));
    const removing = [...new Set(remove)].filter((sku) => held.has(sku) && !add.includes(sku));
    const units = this.#parts.seatPools.unitsOf(tenant, at);
    const full = adding.find((sku) => freeSeats(units.get(sku), this.#consumed(tenant, sku)) < 1);
    if (full !== undefined) return full;
    if (adding.length + removing.length === 0) return null;
    for (const sku of adding) this.#change(tenant, user, sku, 1);
    for (const sku of removing) this.#change(tenant, user, sku, 0);
    this.#parts.ledger.record(at, tenant, {
      kind: 'license',
      requestId,
      userId: userIdOf(tenant, user),
      add: adding,
      remove: removing,
      status: 'done',
    });
    return null;
  }

  #changes(tenant: string, from: number, to: number): { user: number; sku: string; held: number }[] {
    return this.#parts.db.all(
      'SELECT user_number AS user, sku, held FROM changed_licenses WHERE tenant = ? AND user_number >= ? AND user_number < ?',
      tenant,
      from,
      to,
    );
  }

  #consumed(tenant: string, sku: string): number {
    const first = this.#parts.db.get<{ users: number }>('SELECT users FROM first_licenses WHERE tenant = ? AND sku = ?', tenant, sku);
    const since = this.#parts.db.get<{ seats: number }>('SELECT seats FROM consumption_changes WHERE tenant = ? AND sku = ?', tenant, sku);
    return (first?.users ?? 0) + (since?.seats ?? 0);
  }

  #change(tenant: string, user: number, sku: string, held: 0 | 1): void {
    this.#parts.db.run(
      `INSERT INTO changed_licenses (tenant, user_number, sku, held) VALUES (?, ?, ?, ?)
       ON CONFLICT (tenant, user_number, sku) DO UPDATE SET held = excluded.held`,
      tenant,
      user,
      sku,
      held,
    );
    this.#parts.db.run(
      `INSERT INTO consumption_changes (tenant, sku, seats) VALUES (?, ?, ?)
       ON CONFLICT (tenant, sku) DO UPDATE SET seats = seats + excluded.seats`,
      tenant,
      sku,
      held === 1 ? 1 : -1,
    );
  }
}

/** Seats that may be assigned: active and in warning, less those that are (facts §5.1). */
function freeSeats(units: Units | undefined, consumed: number): number {
  return units ? units.active + units.warning - consumed : 0;
}
