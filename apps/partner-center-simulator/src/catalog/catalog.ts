import { createHash } from 'node:crypto';
import type { Instant } from '#kernel';
import type { Database } from '../storage/database.ts';
import { CATALOG, type CatalogEntry } from './catalog-items.ts';

const MONTHS_A_QUARTER = 3;

/**
 * What is sold now. Availability ids change with each calendar quarter, and when the fault says so (facts §4.2): an id is
 * good only while it is the current one.
 */
export class Catalog {
  readonly #db: Database;
  readonly #bySku = new Map(CATALOG.map((entry) => [`${entry.productId}:${entry.skuId}`, entry]));
  readonly #byProduct = Map.groupBy(CATALOG, ({ productId }) => productId);

  constructor(db: Database) {
    this.#db = db;
  }

  products(): readonly CatalogEntry[] {
    return [...this.#byProduct.values()].map(([first]) => first!);
  }

  skusOf(productId: string): readonly CatalogEntry[] {
    return this.#byProduct.get(productId.toUpperCase()) ?? [];
  }

  sku(productId: string, skuId: string): CatalogEntry | undefined {
    return this.#bySku.get(`${productId.toUpperCase()}:${skuId}`);
  }

  availabilityId(entry: CatalogEntry, at: Instant): string {
    const quarter = `${at.slice(0, 4)}-${Math.floor((Number(at.slice(5, 7)) - 1) / MONTHS_A_QUARTER)}`;
    const digest = createHash('sha1')
      .update([entry.productId, entry.skuId, quarter, this.#rotations(entry)].join(':'))
      .digest();
    return `CFQ7TTC0${digest.readUInt32BE(0).toString(36).toUpperCase().padStart(4, '0').slice(-4)}`;
  }

  catalogItem(entry: CatalogEntry, at: Instant): string {
    return `${entry.productId}:${entry.skuId}:${this.availabilityId(entry, at)}`;
  }

  /** The entry of a `product:sku:availability`, as long as that availability is the current one. */
  current(catalogItem: string, at: Instant): CatalogEntry | undefined {
    const entry = this.entryOf(catalogItem);
    return entry && this.catalogItem(entry, at) === catalogItem.toUpperCase() ? entry : undefined;
  }

  /** The entry whatever the availability. */
  entryOf(catalogItem: string): CatalogEntry | undefined {
    const [productId = '', skuId = ''] = catalogItem.split(':');
    return this.sku(productId, skuId);
  }

  rotate(entry: CatalogEntry): void {
    this.#db.run(
      'INSERT INTO catalog_rotations (item, times) VALUES (?, 1) ON CONFLICT (item) DO UPDATE SET times = times + 1',
      itemKey(entry),
    );
  }

  #rotations(entry: CatalogEntry): number {
    return this.#db.get<{ times: number }>('SELECT times FROM catalog_rotations WHERE item = ?', itemKey(entry))?.times ?? 0;
  }
}

function itemKey({ productId, skuId }: CatalogEntry): string {
  return `${productId}:${skuId}`;
}
