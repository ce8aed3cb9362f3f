import type { DescribedOriginal } from '../customers/customer-description.ts';
import type { Database } from '../storage/database.ts';

/** Which licenses users hold before anybody moves one: one of every original, as far as its seats go (contract §5). */
export class FirstLicenses {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  assign(tenant: string, users: number, originals: readonly DescribedOriginal[]): void {
    this.#db.run('DELETE FROM first_licenses WHERE tenant = ?', tenant);
    for (const [sku, ofSku] of Map.groupBy(originals, ({ skuId }) => skuId)) {
      const seats = ofSku.reduce((sum, { seats: more }) => sum + more, 0);
      this.#db.run('INSERT INTO first_licenses (tenant, sku, users) VALUES (?, ?, ?)', tenant, sku, Math.min(users, seats));
    }
  }

  /** By SKU, how many users hold it from the start: those with a lower number. */
  of(tenant: string): Map<string, number> {
    const rows = this.#db.all<{ sku: string; users: number }>(
      'SELECT sku, users FROM first_licenses WHERE tenant = ? ORDER BY sku',
      tenant,
    );
    return new Map(rows.map(({ sku, users }) => [sku, users]));
  }
}
