import { OutsideFailure, type Answer } from '../gateway.ts';
import { availabilityPage } from './catalog-pages.ts';
import type { CatalogSettings } from './catalog-settings.ts';
import type { PartnerCenterApi } from './partner-center-api.ts';

/** Asks for the availability that a product and SKU are sold under now (facts §4.2). */
export async function readCurrentCatalogItem(
  api: PartnerCenterApi,
  settings: CatalogSettings,
  requestId: string,
  country: string,
  catalogItem: string,
): Promise<Answer<string>> {
  const [product = '', sku = ''] = catalogItem.split(':');
  const query = new URLSearchParams({ country: country.toUpperCase(), targetSegment: settings.segment ?? 'commercial' });
  const { value, evidence } = await api.call({
    operation: 'look a catalog item up',
    callClass: 'catalog',
    requestId,
    method: 'GET',
    path: `/v1/products/${encodeURIComponent(product)}/skus/${encodeURIComponent(sku)}/availabilities?${query.toString()}`,
    answer: availabilityPage,
  });
  const offered = value.items.find((entry) => entry.isPurchasable !== false);
  if (!offered) throw new OutsideFailure('not-found', 'catalog-item-gone', `${product}:${sku} is not sold in ${country} any more.`);
  return { value: offered.catalogItemId ?? `${product}:${sku}:${offered.id}`, evidence };
}
