/** The edge's idempotency, for the one route that claims its key by itself. */
export const IDEMPOTENCY = Symbol('Idempotency');
