/** The fault switches, each with what it does at rate 1 (contract §5). */
export const FAULTS = {
  throttle: '429 with Retry-After (5 to 60 s) for the customer and resource of the call, before anything is done',
  'lost-reply-after-commit': 'a write is done, then the connection is cut instead of an answer',
  'order-visible-late': 'a new order is 404/20000 for 15 minutes',
  'partial-checkout': 'one order group of a checkout fails with an order error, and nothing is bought for it',
  'webhook-twice': 'a webhook notice is delivered twice',
  'webhook-late': 'a webhook notice leaves up to 48 hours late',
  'webhook-never': 'a webhook notice is never sent',
  'provisioning-slow': 'an order is fulfilled after 1 to 24 hours instead of 2 minutes',
  'provisioning-fails-once': 'the first order of a customer for a SKU ends in error, with no subscription and no seats; a new order works',
  'partial-provisioning': 'one line of an order of several ends without seats, and the order as a partial success; a new order works',
  'server-error': '500 or 503 before anything is done',
  'slow-response': 'the answer takes up to one real second longer',
  'catalog-item-gone': 'the availability of a cart’s first line is replaced just before the cart is created: line error 10001',
  'cart-processing': 'the first checkout of a cart is 409/800064',
} as const;

export type FaultName = keyof typeof FAULTS;

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}
