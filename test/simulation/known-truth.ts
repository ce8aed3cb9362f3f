import type { Instant } from '#kernel';

/** What was done to a customer from outside of the product, and when: the judge's own memory. */
export interface Truth {
  /** By the customer itself, of its own accord; those that an invitation brings about stand in the ledger. */
  readonly accepted: Instant[];
  readonly removed: Instant[];
  readonly declined: Instant[];
  readonly held: { readonly from: Instant; readonly fromSeq: number; until: Instant | null; untilSeq: number | null }[];
  withdrawn: { readonly at: Instant; readonly seq: number } | null;
  /** A person asked to buy at another time than planned. */
  provisionAsked: boolean;
}

export function nothingKnown(): Truth {
  return { accepted: [], removed: [], declined: [], held: [], withdrawn: null, provisionAsked: false };
}
