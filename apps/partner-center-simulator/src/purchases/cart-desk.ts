import { derivedId, plusDays, type Instant } from '#kernel';
import type { Catalog } from '../catalog/catalog.ts';
import { marketOf } from '../catalog/markets.ts';
import type { Customer } from '../customers/customers.ts';
import type { FaultSwitches } from '../faults/fault-switches.ts';
import { ApiFault } from '../http/api-fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CartLines } from './cart-lines.ts';
import type { Cart, Carts } from './carts.ts';
import type { RequestedLine } from './requested-cart.ts';

const LIVES_DAYS = 7;

export interface CartDeskParts {
  readonly carts: Carts;
  readonly cartLines: CartLines;
  readonly catalog: Catalog;
  readonly faults: FaultSwitches;
  readonly ledger: Ledger;
  /** A repeated MS-RequestId gives the first cart again. Microsoft's own retention is unconfirmed (facts §12). */
  readonly remembersRequestIds: boolean;
}

/** Creates, replaces and finds carts. */
export class CartDesk {
  readonly #parts: CartDeskParts;

  constructor(parts: CartDeskParts) {
    this.#parts = parts;
  }

  create(customer: Customer, requested: readonly RequestedLine[], requestId: string, ordinal: number, at: Instant): Cart {
    const { carts, ledger, remembersRequestIds } = this.#parts;
    const first = remembersRequestIds ? carts.byRequest(customer.tenant, requestId) : undefined;
    if (first) return first;
    this.#replaceAvailability(requested, ordinal);
    const cart: Cart = {
      id: derivedId('cart', customer.tenant, requestId, String(ordinal)),
      tenant: customer.tenant,
      createdAt: at,
      modifiedAt: at,
      expiresAt: plusDays(at, LIVES_DAYS),
      status: 'Active',
      lines: this.#lines(customer, requested, at),
      requestId,
      refusedOnce: false,
      result: null,
    };
    carts.put(cart);
    ledger.record(at, customer.tenant, {
      kind: 'cart',
      requestId,
      cartId: cart.id,
      status: cart.lines.some(({ error }) => error) ? 'with-errors' : 'created',
    });
    return cart;
  }

  replace(customer: Customer, cartId: string, requested: readonly RequestedLine[], at: Instant): Cart {
    const cart = this.find(customer.tenant, cartId, at);
    if (cart.status === 'Ordered') throw new ApiFault(400, 800065, 'The cart was submitted already.');
    const replaced: Cart = { ...cart, modifiedAt: at, lines: this.#lines(customer, requested, at) };
    this.#parts.carts.put(replaced);
    return replaced;
  }

  /** An ordered cart stays; one that was not is gone after seven days (facts §4.3). */
  find(tenant: string, cartId: string, at: Instant): Cart {
    const cart = this.#parts.carts.find(tenant, cartId.toLowerCase());
    if (!cart || (cart.status === 'Active' && cart.expiresAt <= at))
      throw new ApiFault(404, 1000, `There is no cart ${cartId}, or it has expired.`);
    return cart;
  }

  #lines(customer: Customer, requested: readonly RequestedLine[], at: Instant) {
    const market = marketOf(customer.country);
    if (!market) throw new ApiFault(403, 2030, `The partner may not sell in ${customer.country}.`);
    return this.#parts.cartLines.make(customer.tenant, market, requested, at);
  }

  #replaceAvailability(requested: readonly RequestedLine[], ordinal: number): void {
    const { catalog, faults } = this.#parts;
    const entry = catalog.entryOf(requested[0]!.catalogItem);
    if (entry && faults.strikes('catalog-item-gone', ordinal)) catalog.rotate(entry);
  }
}
