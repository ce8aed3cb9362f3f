import type { Instant } from '#kernel';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Database } from '../storage/database.ts';

export interface OrderLine {
  /** Within its order, from 0. */
  readonly lineNumber: number;
  readonly catalogItem: string;
  readonly sku: string;
  readonly friendlyName: string;
  readonly quantity: number;
  readonly term: string;
  readonly billingCycle: string;
  readonly subscriptionId: string | null;
  readonly provisioning: 'unfulfilled' | 'fulfilled' | 'failed';
}

export interface Order {
  readonly id: string;
  readonly tenant: string;
  readonly cartId: string;
  /** MS-RequestId of the checkout. */
  readonly requestId: string;
  readonly createdAt: Instant;
  /** When a read by id finds it. */
  readonly visibleAt: Instant;
  /** When lists show it (facts §4.5). */
  readonly listedAt: Instant;
  readonly status: 'pending' | 'completed' | 'partial success' | 'error';
  readonly billingCycle: string;
  readonly lines: readonly OrderLine[];
}

/** What the ledger says of a line: that it was ordered, or that it ended without seats. */
export function ledgerEntryOf({ id, cartId, requestId }: Order, line: OrderLine, status: 'completed' | 'failed'): LedgerEntry {
  const { catalogItem, sku, quantity } = line;
  return { kind: 'order', requestId, cartId, orderId: id, catalogItem, skuId: sku, quantity, status };
}

type Row = Omit<Order, 'lines'> & { readonly lines: string };

const COLUMNS = `id, tenant, cart_id AS cartId, request_id AS requestId, created_at AS createdAt, visible_at AS visibleAt,
  listed_at AS listedAt, status, billing_cycle AS billingCycle, lines`;

export class Orders {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  put(order: Order): void {
    this.#db.run(
      `INSERT INTO orders (id, tenant, cart_id, request_id, created_at, visible_at, listed_at, status, billing_cycle, lines)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      order.id,
      order.tenant,
      order.cartId,
      order.requestId,
      order.createdAt,
      order.visibleAt,
      order.listedAt,
      order.status,
      order.billingCycle,
      JSON.stringify(order.lines),
    );
  }

  find(id: string): Order | undefined {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM orders WHERE id = ?`, id);
    return row && toOrder(row);
  }

  of(tenant: string): Order[] {
    return this.#db.all<Row>(`SELECT ${COLUMNS} FROM orders WHERE tenant = ? ORDER BY created_at, id`, tenant).map(toOrder);
  }

  pendingLines(tenant: string): OrderLine[] {
    return this.#db
      .all<Row>(`SELECT ${COLUMNS} FROM orders WHERE tenant = ? AND status = 'pending'`, tenant)
      .flatMap((row) => toOrder(row).lines);
  }

  settle(order: Order, status: Exclude<Order['status'], 'pending'>, lines: readonly OrderLine[]): void {
    this.#db.run('UPDATE orders SET status = ?, lines = ? WHERE id = ?', status, JSON.stringify(lines), order.id);
  }
}

function toOrder(row: Row): Order {
  return { ...row, lines: JSON.parse(row.lines) as OrderLine[] };
}
