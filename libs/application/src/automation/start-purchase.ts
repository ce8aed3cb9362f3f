import { matchOffer, offerNamed, purchaseDueAt, type CatalogOffer, type Line, type Migration } from '#migration';
import type { WorkHandler } from './automation-parts.ts';
import { needsPerson } from './outside-failures.ts';

/** Catalog items rotate, so each is looked up right before the purchase (facts §4.2). */
export const startPurchase: WorkHandler = async (work) => {
  const { migration, parts, now } = work;
  const { value: catalog, evidence } = await parts.gateway.catalog(work.lookId('catalog'), migration.country, true);
  const due = migration.lines.filter((line) => (purchaseDueAt(line, migration) ?? '9') <= now);
  const fresh = due.map((line) => ({ line, offer: offerNow(line, migration, catalog) }));
  const found = fresh.flatMap(({ line, offer }) => (offer ? [[line.originalSubscriptionId, offer.catalogItem] as const] : []));
  if (found.length === 0 && due.length > 0) {
    const gone = due.map((line) => `${line.chosen?.catalogItem ?? ''} (original ${line.originalSubscriptionId})`).join(', ');
    return needsPerson(work, 'catalog-item-gone', `the catalog no longer sells ${gone} in the customer's country: choose another target`);
  }
  return work.record('started', { type: 'StartPurchase', at: now, freshCatalogItems: Object.fromEntries(found) }, { evidence });
};

/** The chosen item as it is sold now; where it is gone, another that sells the very same SKU on the same terms. */
function offerNow(line: Line, { policy }: Migration, catalog: readonly CatalogOffer[]): CatalogOffer | undefined {
  const { chosen } = line;
  if (!chosen) return undefined;
  const named = offerNamed(chosen.catalogItem, catalog);
  if (named?.skuGuid === chosen.skuId) return named;
  const { target } = matchOffer({ ...line, target: { catalogItem: null, skuId: chosen.skuId, seats: chosen.seats } }, catalog, policy);
  const serves =
    target?.termDuration === chosen.termDuration &&
    target.billingCycle === chosen.billingCycle &&
    target.minimumSeats <= chosen.seats &&
    chosen.seats <= target.maximumSeats;
  return serves ? offerNamed(target.catalogItem, catalog) : undefined;
}
