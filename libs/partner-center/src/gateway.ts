import type { Evidence, Instant } from '#kernel';

/** An answer from outside, with the proof of where it came from. */
export interface Answer<T> {
  readonly value: T;
  readonly evidence: Evidence;
}

/**
 * What a call's failure means for whoever asked (facts §6.2):
 * - `retry-later`: nothing is known to be wrong; ask again not before `retryAt` where given (throttled, server error, no answer, lost reply, "not there yet").
 * - `needs-person`: asking again will not help before somebody mends something; `code` says what.
 * - `not-found`: the thing asked for is not there.
 * - `refused`: the outside refuses this request as it stands (seats, catalog item, ...); asking the same again is pointless.
 */
export type OutsideFailureKind = 'retry-later' | 'needs-person' | 'not-found' | 'refused';

export class OutsideFailure extends Error {
  constructor(
    readonly kind: OutsideFailureKind,
    /** Stable, ours: `throttled`, `no-answer`, `server-error`, `no-relationship`, `out-of-licenses`, `seat-limit`, `catalog-item-gone`, `unauthorized`, ... */
    readonly code: string,
    detail: string,
    /** Set when this was the local rate budget or a Retry-After: no attempt was wasted on an error. */
    readonly retryAt?: Instant,
    /** The outside's own code and status, as text for the operator: `403/20002`. */
    readonly outsideCode?: string,
    /** True when a write may have taken effect although no answer came. */
    readonly outcomeUnknown: boolean = false,
  ) {
    super(detail);
  }
}

export interface CatalogItem {
  /** `product:sku:availability`; rotates, so it is looked up fresh right before a cart (facts §4.2). */
  readonly catalogItem: string;
  readonly productId: string;
  readonly skuId: string;
  /** The Entra license SKU GUID (`sku.dynamicAttributes.provisioningId`): equal GUIDs are the same offer (facts §4.2). */
  readonly skuGuid: string;
  readonly title: string;
  readonly minimumSeats: number;
  readonly maximumSeats: number;
  /** Seats a tenant may hold of this SKU over all channels, for small-business SKUs; `null` = no such pool (facts §4.9). */
  readonly seatPool: number | null;
  readonly terms: readonly {
    readonly termDuration: string;
    readonly billingCycle: string;
    readonly monthlyPricePerSeat: number | null;
    readonly currency: string | null;
  }[];
}

export interface CartLine {
  /** Ours, to find the line again in the answer. */
  readonly lineNumber: number;
  readonly catalogItem: string;
  readonly quantity: number;
  readonly termDuration: string;
  readonly billingCycle: string;
}

export interface Cart {
  readonly cartId: string;
  readonly expiresAt: Instant;
  /** A cart is created even when lines are bad: each bad line with its error (facts §4.3). */
  readonly lineErrors: readonly {
    readonly lineNumber: number;
    readonly code: string;
    readonly detail: string;
    readonly availableQuantity?: number;
  }[];
}

export interface CheckoutResult {
  /** One order per order group; partial success is possible (facts §4.4). */
  readonly orders: readonly {
    readonly orderId: string;
    readonly lines: readonly { readonly lineNumber: number; readonly subscriptionId: string | null }[];
  }[];
  readonly failedLines: readonly { readonly lineNumber: number; readonly code: string; readonly detail: string }[];
}

export interface OrderStatus {
  readonly orderId: string;
  /** When it was placed, by their clock; null where they do not say. */
  readonly createdAt: Instant | null;
  readonly status: 'pending' | 'completed' | 'failed' | 'cancelled';
  readonly lines: readonly {
    readonly lineNumber: number;
    readonly catalogItem: string;
    readonly quantity: number;
    readonly subscriptionId: string | null;
    readonly fulfilment: 'fulfilled' | 'unfulfilled' | 'failed';
  }[];
}

export interface TargetSubscription {
  readonly subscriptionId: string;
  readonly status: 'active' | 'pending' | 'suspended' | 'deleted' | 'expired' | 'disabled';
  readonly quantity: number;
  /** Start of its term; null where they do not say. */
  readonly effectiveStart: Instant | null;
  /** Last whole UTC day of its term. */
  readonly commitmentEnd: string;
  readonly cancellationAllowedUntil: Instant | null;
  readonly orderId: string;
}

export interface SubscribedSku {
  readonly skuGuid: string;
  readonly activeUnits: number;
  readonly warningUnits: number;
  readonly suspendedUnits: number;
  readonly consumedUnits: number;
}

export interface DirectoryUser {
  readonly userId: string;
  readonly usageLocation: string | null;
  /** License SKU GUIDs the user holds. */
  readonly licenses: readonly string[];
}

/** An original, or any subscription the tenant owns from whatever seller, as Graph shows it (facts §5.4). */
export interface DirectorySubscription {
  readonly subscriptionId: string;
  readonly skuGuid: string;
  readonly status: 'Enabled' | 'Warning' | 'Suspended' | 'LockedOut' | 'Deleted';
  readonly totalLicenses: number;
  /** When it moves on to the next state if not renewed: the natural end while Enabled. */
  readonly nextLifecycleAt: Instant | null;
}

export interface CustomerRelationship {
  readonly customerTenantId: string;
  readonly relationship: 'reseller' | 'none';
}

/**
 * Partner Center, Graph and the login endpoint, as far as a migration needs them. Every method rejects with
 * `OutsideFailure`. `requestId` travels as MS-RequestId: the same for a repeated call, so that the outside can tell.
 */
export interface PartnerCenterGateway {
  invitationLink(requestId: string): Promise<Answer<{ link: string }>>;
  /** `none` when the customer is not (or no longer) in the partner's list. */
  customerRelationship(requestId: string, customerTenantId: string): Promise<Answer<CustomerRelationship>>;
  /** Everything sold in a country as seat-based new-commerce offers; cached for the length of a catalog day, `fresh` asks anew. */
  catalog(requestId: string, country: string, fresh?: boolean): Promise<Answer<readonly CatalogItem[]>>;
  /**
   * The same product and SKU as it is sold at this moment: availabilities rotate, so this is asked right before a cart
   * (facts §4.2). One call, where the whole catalog takes many. `not-found` (`catalog-item-gone`) when it is not sold any more.
   */
  currentCatalogItem(requestId: string, country: string, catalogItem: string): Promise<Answer<string>>;
  createCart(requestId: string, customerTenantId: string, lines: readonly CartLine[]): Promise<Answer<Cart>>;
  /** Idempotent on one cart: repeat it until there is a definite answer. */
  checkoutCart(requestId: string, customerTenantId: string, cartId: string): Promise<Answer<CheckoutResult>>;
  /** `not-found` for up to 15 minutes after checkout (facts §4.5). */
  order(requestId: string, customerTenantId: string, orderId: string): Promise<Answer<OrderStatus>>;
  subscription(requestId: string, customerTenantId: string, subscriptionId: string): Promise<Answer<TargetSubscription>>;
  subscribedSkus(requestId: string, customerTenantId: string): Promise<Answer<readonly SubscribedSku[]>>;
  /** One page of users; `next` goes into the next call, `null` = the last page. */
  users(
    requestId: string,
    customerTenantId: string,
    next: string | null,
  ): Promise<Answer<{ users: readonly DirectoryUser[]; next: string | null }>>;
  /** Adds one license and removes another in one call (facts §5.1). */
  swapLicense(requestId: string, customerTenantId: string, userId: string, add: string, remove: string): Promise<Answer<null>>;
  directorySubscriptions(requestId: string, customerTenantId: string): Promise<Answer<readonly DirectorySubscription[]>>;
}

export interface Mail {
  readonly customerTenantId: string;
  readonly kind: 'invitation' | 'reminder' | 'original-may-end';
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail over SMTP. Rejects with `OutsideFailure`. The message id is derived from `mailId`, so that a repeated mail can be told. */
export interface Mailer {
  send(mailId: string, mail: Mail): Promise<Answer<null>>;
}
