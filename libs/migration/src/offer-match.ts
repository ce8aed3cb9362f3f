import type { LineRegistration, Target } from './model/line.ts';
import type { MigrationPolicy } from './model/policy.ts';

/** What the catalog says of one thing that is sold, as far as choosing a target needs it. */
export interface CatalogOffer {
  readonly catalogItem: string;
  readonly skuGuid: string;
  readonly minimumSeats: number;
  readonly maximumSeats: number;
  readonly seatPool: number | null;
  readonly terms: readonly {
    readonly termDuration: string;
    readonly billingCycle: string;
    readonly monthlyPricePerSeat: number | null;
    readonly currency: string | null;
  }[];
}

function productAndSku(catalogItem: string): string {
  return catalogItem.split(':').slice(0, 2).join(':').toUpperCase();
}

/** The offer a catalog item names; its availability part rotates and is not compared (facts §4.2). */
export function offerNamed(catalogItem: string, catalog: readonly CatalogOffer[]): CatalogOffer | undefined {
  return catalog.find((offer) => productAndSku(offer.catalogItem) === productAndSku(catalogItem));
}

/** What to buy of an offer: its term as the policy wants it where it is sold so, else the first it has. */
export function targetFrom(offer: CatalogOffer, seats: number, policy: MigrationPolicy): Target {
  const term =
    offer.terms.find((candidate) => candidate.termDuration === policy.termDuration && candidate.billingCycle === policy.billingCycle) ??
    offer.terms[0];
  return {
    catalogItem: offer.catalogItem,
    skuId: offer.skuGuid,
    seats,
    termDuration: term?.termDuration ?? policy.termDuration,
    billingCycle: term?.billingCycle ?? policy.billingCycle,
    minimumSeats: offer.minimumSeats,
    maximumSeats: offer.maximumSeats,
    seatPool: offer.seatPool,
    monthlyPrice: term?.monthlyPricePerSeat ?? null,
    currency: term?.currency ?? null,
  };
}

export interface OfferMatchResult {
  readonly target: Target | null;
  readonly detail: string;
}

/**
 * The target of a line: what the import names, else the same SKU GUID where the catalog sells it (facts §4.2, "same
 * offer"), else none, and a person decides. Nothing is guessed.
 */
export function matchOffer(line: LineRegistration, catalog: readonly CatalogOffer[], policy: MigrationPolicy): OfferMatchResult {
  const seats = line.target?.seats ?? line.seats;
  const { catalogItem, skuId } = line.target ?? { catalogItem: null, skuId: null };
  const named = catalogItem ? offerNamed(catalogItem, catalog) : catalog.find((offer) => offer.skuGuid === (skuId ?? line.skuId));
  if (!named) {
    return {
      target: null,
      detail: catalogItem
        ? `the catalog does not sell ${catalogItem} in the customer's country`
        : `the catalog sells no offer with SKU ${skuId ?? line.skuId} in the customer's country`,
    };
  }
  if (catalogItem && skuId && named.skuGuid !== skuId) {
    return { target: null, detail: `${catalogItem} is SKU ${named.skuGuid}, but the import says ${skuId}` };
  }
  return { target: targetFrom(named, seats, policy), detail: '' };
}
