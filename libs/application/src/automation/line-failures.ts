import type { OpenPurchase, RecordPurchaseOutcome } from '#migration';

/** Codes after which buying the same again is pointless: seats, pools, limits, and what the outside will not sell so. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'seat-limit',
  'quota-not-available',
  'not-sold-in-country',
  'attestation-required',
  'legacy-offer-not-sold',
  'currency-not-supported',
  'billing-plan-not-supported',
  'participants-not-supported',
  'promotion-invalid',
  'term-end-invalid',
  'sandbox-limit',
]);

export type FailedLine = RecordPurchaseOutcome['failedLines'][number];

export function failedLine(failure: { readonly lineNumber: number; readonly code: string; readonly detail: string }): FailedLine {
  const { lineNumber, code, detail } = failure;
  return { lineNumber, code, detail, final: FINAL_CODES.has(code) };
}

/** The purchase as a whole came to nothing. */
export function allLinesFailed(purchase: OpenPurchase, code: string, detail: string): FailedLine[] {
  return purchase.lines.map(({ lineNumber }) => failedLine({ lineNumber, code, detail }));
}
