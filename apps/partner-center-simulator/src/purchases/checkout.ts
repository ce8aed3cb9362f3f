import { derivedId, plusMs, type Instant } from '#kernel';
import type { Catalog } from '../catalog/catalog.ts';
import { titleOf } from '../catalog/catalog-items.ts';
import type { FaultSwitches } from '../faults/fault-switches.ts';
import { ApiFault, faultBody } from '../http/api-fault.ts';
import type { OutsideAnswer } from '../http/outside-route.ts';
import { orderBody } from '../http/order-shape.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Timers } from '../time/timers.ts';
import type { CartLines } from './cart-lines.ts';
import type { Cart, CartLine, Carts } from './carts.ts';
import { type Order, type OrderLine, type Orders, ledgerEntryOf } from './orders.ts';

const LISTED_AFTER_MS = 15 * 60_000;
const FULFILLED_AFTER_MS = 2 * 60_000;
const HOUR_MS = 3_600_000;
const SLOWEST_HOURS = 24;

export interface CheckoutParts {
  readonly carts: Carts;
  readonly orders: Orders;
  readonly cartLines: CartLines;
  readonly catalog: Catalog;
  readonly faults: FaultSwitches;
  readonly ledger: Ledger;
  readonly timers: Timers;
}

interface OrderError {
  readonly orderGroupId: string;
  readonly code: number;
  readonly description: string;
}

export interface CheckoutCall {
  readonly requestId: string;
  readonly ordinal: number;
  readonly at: Instant;
}

/** Turns a cart into orders: one a group, each on its own (facts §4.4). */
export class Checkout {
  readonly #parts: CheckoutParts;

  constructor(parts: CheckoutParts) {
    this.#parts = parts;
  }

  /** Repeated on an ordered cart it gives the first answer again and does nothing. */
  checkout(cart: Cart, call: CheckoutCall): OutsideAnswer {
    const { carts, faults, ledger } = this.#parts;
    if (cart.result !== null) return { status: 201, body: JSON.parse(cart.result) };
    if (!cart.refusedOnce && faults.strikes('cart-processing', cart.id)) {
      carts.put({ ...cart, refusedOnce: true });
      return { status: 409, body: faultBody(800064, 'The cart is being processed. Try again later.') };
    }
    this.#requireCurrentItems(cart, call.at);

    const groups = [...Map.groupBy(cart.lines, ({ orderGroup }) => orderGroup)];
    const unlucky = faults.strikes('partial-checkout', call.ordinal)
      ? Math.floor(faults.fraction('which', call.ordinal) * groups.length)
      : -1;
    const outcomes = groups.map(([group, lines], index) => this.#order(cart, group, lines, index === unlucky, call));
    const orders = outcomes.filter((outcome) => 'id' in outcome);
    const orderErrors = outcomes.filter((outcome) => 'code' in outcome);

    const body = { orders: orders.map((order) => orderBody(order)), orderErrors, attributes: { objectType: 'CartCheckoutResult' } };
    if (orders.length > 0) carts.put({ ...cart, status: 'Ordered', modifiedAt: call.at, result: JSON.stringify(body) });
    const status = orders.length === 0 ? 'failed' : orderErrors.length > 0 ? 'partial' : 'ordered';
    ledger.record(call.at, cart.tenant, { kind: 'checkout', requestId: call.requestId, cartId: cart.id, status });
    for (const order of orders) this.#recordPurchase(order, call.at);
    return { status: 201, body };
  }

  /** A line that was good when the cart was made, whose availability has been replaced since. */
  #requireCurrentItems(cart: Cart, at: Instant): void {
    const gone = cart.lines.find(({ error, catalogItem }) => !error && !this.#parts.catalog.current(catalogItem, at));
    if (gone) throw new ApiFault(404, 400019, `The availability of ${gone.catalogItem} has been replaced. Look it up again.`);
  }

  #order(cart: Cart, group: string, lines: readonly CartLine[], unlucky: boolean, call: CheckoutCall): Order | OrderError {
    const error = this.#refusal(cart, lines, unlucky);
    if (error) return { orderGroupId: group, ...error };
    const { orders, timers, faults } = this.#parts;
    const id = derivedId('order', cart.id, group).slice(-12);
    const late = faults.strikes('order-visible-late', id);
    const slow = faults.strikes('provisioning-slow', id);
    const listedAt = plusMs(call.at, LISTED_AFTER_MS);
    const order: Order = {
      id,
      tenant: cart.tenant,
      cartId: cart.id,
      requestId: call.requestId,
      createdAt: call.at,
      visibleAt: late ? listedAt : call.at,
      listedAt,
      status: 'pending',
      billingCycle: lines[0]!.billingCycle,
      lines: lines.map((line, lineNumber) => this.#orderLine(line, lineNumber)),
    };
    orders.put(order);
    const slowHours = 1 + faults.fraction('how-slow', id) * (SLOWEST_HOURS - 1);
    timers.set('order-fulfilment', id, plusMs(call.at, slow ? Math.round(slowHours * HOUR_MS) : FULFILLED_AFTER_MS));
    return order;
  }

  #refusal(cart: Cart, lines: readonly CartLine[], unlucky: boolean): Omit<OrderError, 'orderGroupId'> | null {
    const bad = lines.find(({ error }) => error)?.error;
    if (bad) return { code: bad.number, description: bad.errorDescription };
    if (unlucky) return { code: 10006, description: 'The order group could not be processed. Nothing was ordered for it.' };
    const taken = new Map<string, number>();
    for (const { catalogItem, quantity } of lines) {
      const entry = this.#parts.catalog.entryOf(catalogItem)!;
      const pool = this.#parts.cartLines.seatsLeft(cart.tenant, entry, taken.get(entry.licenseSku) ?? 0);
      if (pool && quantity > pool.left) {
        return { code: 800088, description: `The requested number of ${quantity} exceeded the remaining limit of ${pool.left}.` };
      }
      taken.set(entry.licenseSku, (taken.get(entry.licenseSku) ?? 0) + quantity);
    }
    return null;
  }

  #orderLine(line: CartLine, lineNumber: number): OrderLine {
    const sku = this.#parts.catalog.entryOf(line.catalogItem)!.licenseSku;
    const { catalogItem, quantity, term, billingCycle } = line;
    const friendlyName = line.friendlyName ?? titleOf(sku);
    return { lineNumber, catalogItem, sku, friendlyName, quantity, term, billingCycle, subscriptionId: null, provisioning: 'unfulfilled' };
  }

  #recordPurchase(order: Order, at: Instant): void {
    for (const line of order.lines) this.#parts.ledger.record(at, order.tenant, ledgerEntryOf(order, line, 'completed'));
  }
}
