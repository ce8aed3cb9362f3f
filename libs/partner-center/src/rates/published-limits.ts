/**
 * Calls that are counted together outside. `commerce` is the Customer, Order and Subscription resources with their
 * carts; what has no published number is only held back by the 429s it receives (facts §1.6).
 */
export type CallClass = 'commerce' | 'catalog' | 'licensing' | 'graph' | 'login' | 'webhook-registration';

export interface RateLimit {
  readonly callClass: CallClass;
  readonly requests: number;
  readonly windowMs: number;
  readonly per: 'partner' | 'partner-and-customer';
}

export const PUBLISHED_LIMITS: readonly RateLimit[] = [{ callClass: 'commerce', requests: 500, windowMs: 60_000, per: 'partner' }];

/** Whether a 429 of this class concerns one customer's tenant only, or every call of the class. */
export const PAUSED_PER_CUSTOMER: ReadonlySet<CallClass> = new Set(['graph']);
