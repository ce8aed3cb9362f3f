import type { Instant } from '#kernel';
import type { Database } from '../storage/database.ts';

export interface LineError {
  readonly errorCode: string;
  /** The same as a number (facts §4.3). */
  readonly number: number;
  readonly errorDescription: string;
  readonly additionalInformation?: { readonly availableQuantity: number; readonly purchasedQuantity: number };
}

export interface CartLine {
  readonly id: number;
  readonly catalogItem: string;
  readonly friendlyName: string | null;
  readonly quantity: number;
  readonly currency: string;
  readonly billingCycle: string;
  readonly term: string;
  readonly participants: unknown;
  /** Lines of one group become one order. */
  readonly orderGroup: string;
  /** One seat and charge, in `currency`; `null` where the line is bad. */
  readonly seatPrice: number | null;
  readonly error: LineError | null;
}

export interface Cart {
  readonly id: string;
  readonly tenant: string;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
  readonly expiresAt: Instant;
  readonly status: 'Active' | 'Ordered';
  readonly lines: readonly CartLine[];
  readonly requestId: string;
  /** Whether a checkout was refused once by the fault. */
  readonly refusedOnce: boolean;
  /** The checkout's first answer, JSON. */
  readonly result: string | null;
}

type Row = Omit<Cart, 'lines' | 'refusedOnce'> & { readonly lines: string; readonly refusedOnce: number };

const COLUMNS = `id, tenant, created_at AS createdAt, modified_at AS modifiedAt, expires_at AS expiresAt, status, lines,
  request_id AS requestId, refused_once AS refusedOnce, result`;

export class Carts {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  put(cart: Cart): void {
    this.#db.run(
      `INSERT INTO carts (id, tenant, created_at, modified_at, expires_at, status, lines, request_id, refused_once, result)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET modified_at = excluded.modified_at, status = excluded.status, lines = excluded.lines,
         refused_once = excluded.refused_once, result = excluded.result`,
      cart.id,
      cart.tenant,
      cart.createdAt,
      cart.modifiedAt,
      cart.expiresAt,
      cart.status,
      JSON.stringify(cart.lines),
      cart.requestId,
      cart.refusedOnce ? 1 : 0,
      cart.result,
    );
  }

  find(tenant: string, id: string): Cart | undefined {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM carts WHERE id = ? AND tenant = ?`, id, tenant);
    return row && toCart(row);
  }

  byRequest(tenant: string, requestId: string): Cart | undefined {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM carts WHERE tenant = ? AND request_id = ?`, tenant, requestId);
    return row && toCart(row);
  }
}

function toCart(row: Row): Cart {
  return { ...row, refusedOnce: row.refusedOnce === 1, lines: JSON.parse(row.lines) as CartLine[] };
}
