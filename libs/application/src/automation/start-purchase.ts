import type { Evidence } from '#kernel';
import { matchOffer, offerNamed, purchaseDueAt, type CatalogOffer, type Line, type Migration } from '#migration';
import { type Answer, OutsideFailure } from '#partner-center';
import { needsPerson } from './outside-failures.ts';
import type { Work, WorkHandler } from './work.ts';

/** Catalog items rotate, so each is looked up right before the purchase (facts §4.2). */
export const startPurchase: WorkHandler = async (work) => {
  const { migration, now } = work;
  const due = migration.lines.filter((line) => (purchaseDueAt(line, migration) ?? '9') <= now);
  const found: Record<string, string> = {};
  let evidence: Evidence | undefined;
  for (const line of due) {
    const current = await currentItem(work, line);
    if (!current) continue;
    found[line.originalSubscriptionId] = current.value;
    ({ evidence } = current);
  }
  if (Object.keys(found).length === 0 && due.length > 0) {
    const gone = due.map((line) => `${line.chosen?.catalogItem ?? ''} (original ${line.originalSubscriptionId})`).join(', ');
    return needsPerson(work, 'catalog-item-gone', `the catalog no longer sells ${gone} in the customer's country: choose another target`);
  }
  return work.record('started', { type: 'StartPurchase', at: now, freshCatalogItems: found }, evidence ? { evidence } : {});
};

/** What to put into the cart for a line: its item as it is sold now, else what the whole catalog has in its place. */
async function currentItem(work: Work, line: Line): Promise<Answer<string> | undefined> {
  const { migration, parts } = work;
  if (!line.chosen) return undefined;
  try {
    return await parts.gateway.currentCatalogItem(
      work.lookId(`item ${line.originalSubscriptionId}`),
      migration.country,
      line.chosen.catalogItem,
    );
  } catch (failure) {
    const gone = failure instanceof OutsideFailure && (failure.kind === 'not-found' || failure.code === 'catalog-item-gone');
    if (!gone) throw failure;
  }
  const { value: catalog, evidence } = await parts.gateway.catalog(work.lookId('catalog'), migration.country, true);
  const offer = offerNow(line, migration, catalog);
  return offer && { value: offer.catalogItem, evidence };
}

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
