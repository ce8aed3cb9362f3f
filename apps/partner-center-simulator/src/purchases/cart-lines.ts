import type { Instant } from '#kernel';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogEntry } from '../catalog/catalog-items.ts';
import type { Market } from '../catalog/markets.ts';
import { findTerm, seatPrice } from '../catalog/terms.ts';
import type { SeatPools } from '../licenses/seat-pools.ts';
import type { CartLine, LineError } from './carts.ts';
import type { RequestedLine } from './requested-cart.ts';

/** Makes cart lines of what is asked for: a bad line is in the cart all the same, with its error (facts §4.3). */
export class CartLines {
  readonly #catalog: Catalog;
  readonly #seatPools: SeatPools;

  constructor(catalog: Catalog, seatPools: SeatPools) {
    this.#catalog = catalog;
    this.#seatPools = seatPools;
  }

  make(tenant: string, market: Market, requested: readonly RequestedLine[], at: Instant): CartLine[] {
    const inThisCart = new Map<string, number>();
    return requested.map((line) => this.#line(tenant, market, line, inThisCart, at));
  }

  /** Seats that still fit a small-business pool; `null` = no pool. */
  seatsLeft(tenant: string, entry: CatalogEntry, alsoTaken: number): { left: number; held: number } | null {
    if (entry.seatPool === null) return null;
    const held = this.#seatPools.seatsHeld(tenant, entry.licenseSku) + alsoTaken;
    return { left: Math.max(0, entry.seatPool - held), held };
  }

  #line(tenant: string, market: Market, line: RequestedLine, inThisCart: Map<string, number>, at: Instant): CartLine {
    const entry = this.#catalog.current(line.catalogItem, at);
    const term = findTerm(line.term, line.billingCycle);
    const error = this.#fault(tenant, entry, line, inThisCart, term !== undefined);
    if (entry && !error) inThisCart.set(entry.licenseSku, (inThisCart.get(entry.licenseSku) ?? 0) + line.quantity);
    return {
      ...line,
      billingCycle: line.billingCycle.toLowerCase(),
      currency: market.currency,
      orderGroup: `${line.billingCycle.toLowerCase()}-${line.term}-${entry?.seatPool === null ? 'enterprise' : 'small-business'}`,
      seatPrice: entry && term && !error ? seatPrice(entry.monthlyPrice, market.rate, term) : null,
      error,
    };
  }

  #fault(
    tenant: string,
    entry: CatalogEntry | undefined,
    line: RequestedLine,
    inThisCart: ReadonlyMap<string, number>,
    termSold: boolean,
  ): LineError | null {
    if (!entry)
      return lineError('catalog_item_id_is_not_valid', 10001, `${line.catalogItem} is not sold, or its availability has been replaced.`);
    if (!termSold) return lineError('billing_plan_is_not_supported', 10013, `${line.term} billed ${line.billingCycle} is not offered.`);
    if (line.quantity < entry.minimumSeats) return lineError('invalid_input', 10010, `At least ${entry.minimumSeats} seats.`);
    if (line.quantity > entry.maximumSeats) return tooManySeats(entry.maximumSeats, 0);
    const pool = this.seatsLeft(tenant, entry, inThisCart.get(entry.licenseSku) ?? 0);
    return pool && line.quantity > pool.left ? tooManySeats(pool.left, pool.held) : null;
  }
}

function tooManySeats(availableQuantity: number, purchasedQuantity: number): LineError {
  return {
    ...lineError('max_allowed_seats_per_subscription_exceeded', 10015, `Only ${availableQuantity} more seats are allowed.`),
    additionalInformation: { availableQuantity, purchasedQuantity },
  };
}

function lineError(errorCode: string, number: number, errorDescription: string): LineError {
  return { errorCode, number, errorDescription };
}
