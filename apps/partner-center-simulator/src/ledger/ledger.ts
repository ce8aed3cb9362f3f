import type { Instant } from '#kernel';
import type { Database } from '../storage/database.ts';

/** One thing that happened to money or licenses (contract §5). */
export interface LedgerEntry {
  readonly kind: 'invitation' | 'reminder' | 'cart' | 'checkout' | 'order' | 'subscription' | 'license' | 'cancellation';
  /** MS-RequestId of the call that caused it, a mail's Message-ID, `null` where the customer did it. */
  readonly requestId: string | null;
  readonly status: string;
  readonly cartId?: string;
  readonly orderId?: string;
  readonly subscriptionId?: string;
  readonly catalogItem?: string;
  /** License SKU GUID. */
  readonly skuId?: string;
  readonly quantity?: number;
  readonly userId?: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

export type RecordedEntry = LedgerEntry & { readonly seq: number; readonly at: Instant; readonly customer: string };

/** The account by which tests judge the product: written in the transaction of what it tells. */
export class Ledger {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  record(at: Instant, customer: string, entry: LedgerEntry): void {
    this.#db.run('INSERT INTO ledger (at, customer, entry) VALUES (?, ?, ?)', at, customer, JSON.stringify(entry));
  }

  /** Newest last, those after a sequence number. */
  page(after: number, limit: number, customer: string | null): RecordedEntry[] {
    const rows = customer
      ? this.#db.all<Row>(
          'SELECT seq, at, customer, entry FROM ledger WHERE customer = ? AND seq > ? ORDER BY seq LIMIT ?',
          customer,
          after,
          limit,
        )
      : this.#db.all<Row>('SELECT seq, at, customer, entry FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?', after, limit);
    return rows.map(({ seq, at, customer: of, entry }) => ({ seq, at, customer: of, ...(JSON.parse(entry) as LedgerEntry) }));
  }
}

interface Row {
  readonly seq: number;
  readonly at: Instant;
  readonly customer: string;
  readonly entry: string;
}
