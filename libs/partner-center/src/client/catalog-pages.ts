import { z } from 'zod';
import type { CatalogItem } from '../gateway.ts';
import { priceOf, seatPoolOf, type CatalogSettings } from './catalog-settings.ts';
import { collectionOf, seats, word } from './wire.ts';

const product = z.object({ id: z.string().min(1), productType: z.object({ id: z.string() }).nullish() });

const sku = z.object({
  id: z.string().min(1),
  title: z.string(),
  minimumQuantity: seats,
  maximumQuantity: seats,
  isTrial: z.boolean().nullish(),
  dynamicAttributes: z.object({ provisioningId: z.string().nullish() }).nullish(),
});

const availability = z.object({
  id: z.string().min(1),
  catalogItemId: z.string().nullish(),
  defaultCurrency: z.object({ code: z.string() }).nullish(),
  isPurchasable: z.boolean().nullish(),
  terms: z.array(z.object({ duration: z.string(), billingCycle: word })).nullish(),
});

export const productPage = collectionOf(product);
export const skuPage = collectionOf(sku);
export const availabilityPage = collectionOf(availability);

export type WireProduct = z.infer<typeof product>;
export type WireSku = z.infer<typeof sku>;
export type WireAvailability = z.infer<typeof availability>;

/** The online-services view holds other things too: only these are seat-based new-commerce offers (facts §4.2). */
export function isNewCommerce(entry: WireProduct): boolean {
  return entry.productType?.id.toLowerCase() === 'onlineservicesnce';
}

/** Trials share the SKU GUID of what they try out, so they must not be mistaken for it. */
export function isSellable(entry: WireSku): boolean {
  return entry.isTrial !== true && Boolean(entry.dynamicAttributes?.provisioningId);
}

export function catalogItemOf(
  productId: string,
  entry: WireSku,
  offered: WireAvailability,
  country: string,
  settings: CatalogSettings,
): CatalogItem {
  const skuGuid = (entry.dynamicAttributes?.provisioningId ?? '').toLowerCase();
  return {
    catalogItem: offered.catalogItemId ?? `${productId}:${entry.id}:${offered.id}`,
    productId,
    skuId: entry.id,
    skuGuid,
    title: entry.title,
    minimumSeats: entry.minimumQuantity,
    maximumSeats: entry.maximumQuantity,
    seatPool: seatPoolOf(settings, skuGuid),
    terms: (offered.terms ?? []).map((term) => {
      const kept = { termDuration: term.duration, billingCycle: term.billingCycle };
      const price = priceOf(settings, skuGuid, country, kept);
      return {
        ...kept,
        monthlyPricePerSeat: price?.monthlyPricePerSeat ?? null,
        currency: price?.currency ?? offered.defaultCurrency?.code ?? null,
      };
    }),
  };
}
