/** Calls that the outside counts, and throttles, together (facts §1.6). Carts count as orders. */
export type CallClass = 'customers' | 'orders' | 'subscriptions' | 'catalog' | 'licensing' | 'graph' | 'login' | 'webhook-registration';

export interface RateLimit {
  /** For metrics. */
  readonly name: string;
  /** The classes that share this budget. */
  readonly callClasses: readonly CallClass[];
  readonly requests: number;
  readonly windowMs: number;
  readonly per: 'partner' | 'partner-and-customer';
}

/**
 * The published number for the Customer, Order and Subscription resources, read as one budget for the three together:
 * that holds under either reading. What has no published number is only held back by the 429s it receives.
 */
export const PUBLISHED_LIMITS: readonly RateLimit[] = [
  { name: 'commerce', callClasses: ['customers', 'orders', 'subscriptions'], requests: 500, windowMs: 60_000, per: 'partner' },
];

/** The published limits for a process that has only a share of them, because others call for the same partner. */
export function limitsOf(callsPerMinute: number | null): readonly RateLimit[] {
  if (callsPerMinute === null) return PUBLISHED_LIMITS;
  return PUBLISHED_LIMITS.map((limit) => ({ ...limit, requests: Math.min(callsPerMinute, limit.requests) }));
}

/** The other reading: each of the three resources has its own 500. */
export const LIMITS_PER_RESOURCE: readonly RateLimit[] = (['customers', 'orders', 'subscriptions'] as const).map((callClass) => ({
  name: callClass,
  callClasses: [callClass],
  requests: 500,
  windowMs: 60_000,
  per: 'partner',
}));
