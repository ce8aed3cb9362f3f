import type { Day } from '#kernel';
import type { ImportProgram } from './programs.ts';

/** One row as it may be registered: GUIDs and domains in lower case, countries in capitals. Empty cells are absent. */
export interface CheckedRow {
  /** 1 for the first row after the header. */
  readonly row: number;
  /** Physical line on which the row begins; the header is 1. */
  readonly line: number;
  readonly customerTenantId: string;
  readonly customerName: string;
  /** In ASCII (punycode). */
  readonly customerDomain: string;
  readonly country: string;
  readonly contactEmail?: string;
  readonly wave?: string;
  readonly original: CheckedOriginal;
}

/** The fields of one item of `lines` in `POST /v1/migrations`. */
export interface CheckedOriginal {
  readonly originalSubscriptionId: string;
  readonly program: ImportProgram;
  readonly offerName: string;
  readonly skuId: string;
  readonly seats: number;
  readonly termEnd: Day;
  readonly autoRenew: boolean;
  /** Absent = the same offer where the catalog sells that SKU, else a person decides. */
  readonly target?: CheckedTarget;
}

export interface CheckedTarget {
  readonly catalogItem?: string;
  readonly skuId?: string;
  readonly seats?: number;
}
