import { derivedId, endOfDay, plusDays, plusMs, type Clock, type Day, type Evidence, type Instant } from '#kernel';
import {
  OutsideFailure,
  type Answer,
  type Cart,
  type CartLine,
  type CatalogItem,
  type CheckoutResult,
  type CustomerRelationship,
  type DirectorySubscription,
  type DirectoryUser,
  type Mail,
  type Mailer,
  type OrderStatus,
  type PartnerCenterGateway,
  type SubscribedSku,
  type TargetSubscription,
} from '#partner-center';

export interface OriginalOutside {
  readonly id: string;
  readonly skuGuid: string;
  readonly seats: number;
  readonly termEnd: Day;
  readonly renews?: boolean;
}

interface OrderOutside {
  readonly orderId: string;
  readonly cartId: string;
  readonly placedAt: Instant;
  readonly lines: readonly (CartLine & { readonly subscriptionId: string })[];
  failed: boolean;
  /** Cart line numbers that get no seats although the order is not refused as a whole. */
  readonly failedLines: ReadonlySet<number>;
}

function boughtLines({ failed, failedLines, lines }: OrderOutside): OrderOutside['lines'] {
  return failed ? [] : lines.filter(({ lineNumber }) => !failedLines.has(lineNumber));
}

/** Runs around a call: throws before it acts, or after it has acted (a lost reply). */
export type Around = (call: string) => { before(): void; after(): void };

/** An outside that lives in memory and can fail at any call: what Partner Center and Graph do to one customer. */
export class Outside implements PartnerCenterGateway, Mailer {
  readonly mails = new Map<string, Mail>();
  readonly orders: OrderOutside[] = [];
  readonly carts = new Map<string, { readonly lines: readonly CartLine[]; orderIds?: readonly string[] }>();
  /** License SKUs by user. */
  readonly held = new Map<string, Set<string>>();
  readonly swaps: { readonly userId: string; readonly add: string; readonly remove: string }[] = [];
  readonly calls: string[] = [];
  acceptsAt: string | null = null;
  catalogItems: CatalogItem[] = [];
  originals: OriginalOutside[] = [];
  /** Order lines that the next checkout refuses, by line number. */
  refusedLines = new Map<number, string>();
  lineErrors = new Map<number, string>();
  failNextOrder = false;
  /** Lines of the next order that get no seats, by line number. */
  failNextLines = new Set<number>();
  userFaults = new Map<string, OutsideFailure>();
  directoryAccess = true;
  /** What is told of a subscription's start, by when it was ordered. */
  startOf: (placedAt: Instant) => Instant | null = (placedAt) => placedAt;
  around: Around = () => ({ before: () => undefined, after: () => undefined });

  constructor(
    readonly clock: Clock,
    readonly visibleAfterMs = 0,
  ) {}

  async #act<T>(call: string, requestId: string, act: () => T): Promise<Answer<T>> {
    this.calls.push(call);
    const { before, after } = this.around(call);
    before();
    const value = act();
    after();
    const evidence: Evidence = { system: 'spec', requestId, answeredAt: this.clock.now() };
    return { value, evidence };
  }

  invitationLink(requestId: string): Promise<Answer<{ link: string }>> {
    return this.#act('invitationLink', requestId, () => ({ link: 'https://invitation' }));
  }

  customerRelationship(requestId: string, customerTenantId: string): Promise<Answer<CustomerRelationship>> {
    return this.#act('customerRelationship', requestId, () => ({
      customerTenantId,
      relationship: this.acceptsAt !== null && this.acceptsAt <= this.clock.now() ? ('reseller' as const) : ('none' as const),
    }));
  }

  catalog(requestId: string): Promise<Answer<readonly CatalogItem[]>> {
    return this.#act('catalog', requestId, () => this.catalogItems);
  }

  currentCatalogItem(requestId: string, _country: string, catalogItem: string): Promise<Answer<string>> {
    return this.#act('currentCatalogItem', requestId, () => {
      const sold = this.catalogItems.find((item) => `${item.productId}:${item.skuId}` === catalogItem.split(':').slice(0, 2).join(':'));
      if (!sold) throw new OutsideFailure('not-found', 'catalog-item-gone', 'not sold any more');
      return sold.catalogItem;
    });
  }

  createCart(requestId: string, _customer: string, lines: readonly CartLine[]): Promise<Answer<Cart>> {
    return this.#act('createCart', requestId, () => {
      const cartId = `cart-${this.carts.size + 1}`;
      this.carts.set(cartId, { lines });
      const lineErrors = lines.flatMap(({ lineNumber }) =>
        this.lineErrors.has(lineNumber) ? [{ lineNumber, code: this.lineErrors.get(lineNumber)!, detail: 'spec' }] : [],
      );
      return { cartId, expiresAt: plusDays(this.clock.now(), 7), lineErrors };
    });
  }

  checkoutCart(requestId: string, _customer: string, cartId: string): Promise<Answer<CheckoutResult>> {
    return this.#act('checkoutCart', requestId, () => {
      const cart = this.carts.get(cartId);
      if (!cart) throw new OutsideFailure('not-found', 'cart-not-found', 'no such cart');
      const good = cart.lines.filter(({ lineNumber }) => !this.refusedLines.has(lineNumber));
      if (!cart.orderIds && good.length > 0) {
        const orderId = `order-${this.orders.length + 1}`;
        this.orders.push({
          orderId,
          cartId,
          placedAt: this.clock.now(),
          failed: this.failNextOrder,
          failedLines: this.failNextLines,
          lines: good.map((line) => ({ ...line, subscriptionId: derivedId(orderId, String(line.lineNumber)) })),
        });
        this.failNextOrder = false;
        this.failNextLines = new Set();
        cart.orderIds = [orderId];
      }
      const failedLines = cart.lines.flatMap(({ lineNumber }) =>
        this.refusedLines.has(lineNumber) ? [{ lineNumber, code: this.refusedLines.get(lineNumber)!, detail: 'spec' }] : [],
      );
      return {
        orders: (cart.orderIds ?? []).map((orderId) => ({
          orderId,
          lines: good.map(({ lineNumber }) => ({ lineNumber, subscriptionId: null })),
        })),
        failedLines,
      };
    });
  }

  order(requestId: string, _customer: string, orderId: string): Promise<Answer<OrderStatus>> {
    return this.#act('order', requestId, () => {
      const order = this.orders.find((one) => one.orderId === orderId);
      if (!order || plusMs(order.placedAt, this.visibleAfterMs) > this.clock.now())
        throw new OutsideFailure('not-found', 'order-not-found', 'not visible');
      const status = order.failed ? ('failed' as const) : ('completed' as const);
      const lines = order.lines.map(({ lineNumber, catalogItem, quantity, subscriptionId }) => {
        const failed = order.failed || order.failedLines.has(lineNumber);
        return {
          lineNumber,
          catalogItem,
          quantity,
          subscriptionId: failed ? null : subscriptionId,
          fulfilment: failed ? ('failed' as const) : ('fulfilled' as const),
        };
      });
      return { orderId, createdAt: order.placedAt, status, lines };
    });
  }

  subscription(requestId: string, _customer: string, subscriptionId: string): Promise<Answer<TargetSubscription>> {
    return this.#act('subscription', requestId, () => {
      for (const { orderId, placedAt, lines } of this.orders) {
        const line = lines.find((one) => one.subscriptionId === subscriptionId);
        if (line)
          return {
            subscriptionId,
            status: 'active' as const,
            quantity: line.quantity,
            effectiveStart: this.startOf(placedAt),
            commitmentEnd: '2027-12-31',
            cancellationAllowedUntil: null,
            orderId,
          };
      }
      throw new OutsideFailure('not-found', 'subscription-not-found', 'no such subscription');
    });
  }

  subscribedSkus(requestId: string): Promise<Answer<readonly SubscribedSku[]>> {
    return this.#act('subscribedSkus', requestId, () => {
      const units = new Map<string, number>();
      for (const original of this.originals)
        if (this.#statusOf(original) === 'Enabled') units.set(original.skuGuid, (units.get(original.skuGuid) ?? 0) + original.seats);
      for (const order of this.orders) {
        for (const { catalogItem, quantity } of boughtLines(order))
          units.set(this.#skuOf(catalogItem), (units.get(this.#skuOf(catalogItem)) ?? 0) + quantity);
      }
      return [...units].map(([skuGuid, activeUnits]) => ({
        skuGuid,
        activeUnits,
        warningUnits: 0,
        suspendedUnits: 0,
        consumedUnits: [...this.held.values()].filter((held) => held.has(skuGuid)).length,
      }));
    });
  }

  #skuOf(catalogItem: string): string {
    return this.catalogItems.find((item) => item.catalogItem.startsWith(catalogItem.split(':').slice(0, 2).join(':')))!.skuGuid;
  }

  users(
    requestId: string,
    _customer: string,
    next: string | null,
  ): Promise<Answer<{ users: readonly DirectoryUser[]; next: string | null }>> {
    return this.#act('users', requestId, () => {
      const all = [...this.held].map(([userId, licenses]) => ({ userId, usageLocation: 'US', licenses: [...licenses] }));
      const from = Number(next ?? 0);
      return { users: all.slice(from, from + 100), next: from + 100 < all.length ? String(from + 100) : null };
    });
  }

  /** Counted only where it can matter: a run over many users calls this for each. */
  #freeUnits(skuGuid: string): number {
    const units = this.orders
      .flatMap((order) => boughtLines(order))
      .reduce((sum, { catalogItem, quantity }) => sum + (this.#skuOf(catalogItem) === skuGuid ? quantity : 0), 0);
    return units >= this.held.size ? 1 : units - [...this.held.values()].filter((held) => held.has(skuGuid)).length;
  }

  swapLicense(requestId: string, _customer: string, userId: string, add: string, remove: string): Promise<Answer<null>> {
    return this.#act('swapLicense', requestId, () => {
      const fault = this.userFaults.get(userId);
      if (fault) throw fault;
      if (this.#freeUnits(add) === 0) throw new OutsideFailure('refused', 'out-of-licenses', 'no license is free');
      this.swaps.push({ userId, add, remove });
      this.held.get(userId)!.add(add);
      this.held.get(userId)!.delete(remove);
      return null;
    });
  }

  #statusOf({ termEnd, renews }: OriginalOutside): DirectorySubscription['status'] {
    return renews === true || endOfDay(termEnd) > this.clock.now() ? 'Enabled' : 'Warning';
  }

  directorySubscriptions(requestId: string): Promise<Answer<readonly DirectorySubscription[]>> {
    return this.#act('directorySubscriptions', requestId, () => {
      if (!this.directoryAccess) throw new OutsideFailure('needs-person', 'directory-access-missing', 'no access');
      return this.originals.map((original) => {
        const natural = endOfDay(original.termEnd);
        const nextLifecycleAt = original.renews === true && natural <= this.clock.now() ? plusDays(natural, 365) : natural;
        return {
          subscriptionId: original.id,
          skuGuid: original.skuGuid,
          status: this.#statusOf(original),
          totalLicenses: original.seats,
          nextLifecycleAt,
        };
      });
    });
  }

  send(mailId: string, mail: Mail): Promise<Answer<null>> {
    return this.#act('mail', mailId, () => {
      this.mails.set(mailId, mail);
      return null;
    });
  }
}
