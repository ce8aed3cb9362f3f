import { meaningOf } from './partner-center-codes.ts';

/** The code of an order error in a checkout that otherwise succeeded; the answer's status says nothing about it. */
export function orderErrorCode(outside: number | string): string {
  for (const status of [400, 403, 404, 409]) {
    const meaning = meaningOf(status, String(outside));
    if (meaning) return meaning.code;
  }
  return `order-error-${String(outside)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')}`;
}
