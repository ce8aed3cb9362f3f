import type { CatalogItem } from '../gateway.ts';

/** One row of a price list: what Partner Center's catalog itself does not tell. */
export interface ListPrice {
  readonly skuGuid: string;
  /** Absent = every country. */
  readonly country?: string;
  readonly termDuration: string;
  readonly billingCycle: string;
  readonly monthlyPricePerSeat: number;
  readonly currency: string;
}

export interface CatalogSettings {
  /** Seats a tenant may hold over all channels, by Entra SKU GUID in lower case (facts §4.9). */
  readonly seatPools?: Readonly<Record<string, number>>;
  readonly prices?: readonly ListPrice[];
  readonly segment?: string;
  /** How long a catalog stands, on the injected clock. Default a day. */
  readonly keepMs?: number;
  /** A `fresh` read is satisfied by one that ended at most this long ago. Default 0: it asks anew. */
  readonly freshWithinMs?: number;
}

/** Business Basic, Standard, Premium and Apps for business: 300 seats of each per tenant (facts §4.9). */
export const SMALL_BUSINESS_POOLS: Readonly<Record<string, number>> = {
  '3b555118-da6a-4418-894f-7df1e2096870': 300,
  'f245ecc8-75af-4f8e-b61f-27d8114de5f3': 300,
  'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46': 300,
  'cdd28e44-67e3-425e-be4c-737fab2899d3': 300,
};

export function seatPoolOf({ seatPools = SMALL_BUSINESS_POOLS }: CatalogSettings, skuGuid: string): number | null {
  return Object.hasOwn(seatPools, skuGuid) ? (seatPools[skuGuid] ?? null) : null;
}

export function priceOf(
  settings: CatalogSettings,
  skuGuid: string,
  country: string,
  term: { termDuration: string; billingCycle: string },
): Pick<CatalogItem['terms'][number], 'monthlyPricePerSeat' | 'currency'> | undefined {
  return settings.prices?.find(
    (price) =>
      price.skuGuid.toLowerCase() === skuGuid &&
      (price.country === undefined || price.country === country) &&
      price.termDuration === term.termDuration &&
      price.billingCycle === term.billingCycle,
  );
}
