import { plusDays, type Day, type Instant } from '#kernel';
import type { DirectoryStatus } from '../originals/end-rules.ts';
import { phaseAfterExpiry } from '../originals/end-rules.ts';
import type { Database } from '../storage/database.ts';

/** What was sold here: a seat-based new-commerce subscription (facts §4.6). */
export interface Subscription {
  readonly id: string;
  readonly tenant: string;
  readonly orderId: string;
  readonly sku: string;
  readonly catalogItem: string;
  readonly friendlyName: string;
  readonly quantity: number;
  readonly status: 'active' | 'suspended' | 'expired' | 'deleted';
  readonly createdAt: Instant;
  readonly effectiveFrom: Instant;
  /** Last whole UTC day of its term. */
  readonly commitmentEnd: Day;
  readonly cancelUntil: Instant;
  readonly term: string;
  readonly billingCycle: string;
  readonly autoRenew: boolean;
  /** As it was sent, JSON; `null` = none. */
  readonly scheduledActions: string | null;
  readonly endedAt: Instant | null;
}

type Row = Omit<Subscription, 'autoRenew'> & { readonly autoRenew: number };

const COLUMNS = `id, tenant, order_id AS orderId, sku, catalog_item AS catalogItem, friendly_name AS friendlyName, quantity, status,
  created_at AS createdAt, effective_from AS effectiveFrom, commitment_end AS commitmentEnd, cancel_until AS cancelUntil, term,
  billing_cycle AS billingCycle, auto_renew AS autoRenew, scheduled_actions AS scheduledActions, ended_at AS endedAt`;

export class Subscriptions {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Puts it, or puts it again as it is now. */
  put(subscription: Subscription): void {
    const s = subscription;
    this.#db.run(
      `INSERT INTO subscriptions (id, tenant, order_id, sku, catalog_item, friendly_name, quantity, status, created_at, effective_from,
         commitment_end, cancel_until, term, billing_cycle, auto_renew, scheduled_actions, ended_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET friendly_name = excluded.friendly_name, quantity = excluded.quantity, status = excluded.status,
         effective_from = excluded.effective_from, commitment_end = excluded.commitment_end, cancel_until = excluded.cancel_until,
         auto_renew = excluded.auto_renew, scheduled_actions = excluded.scheduled_actions, ended_at = excluded.ended_at`,
      s.id,
      s.tenant,
      s.orderId,
      s.sku,
      s.catalogItem,
      s.friendlyName,
      s.quantity,
      s.status,
      s.createdAt,
      s.effectiveFrom,
      s.commitmentEnd,
      s.cancelUntil,
      s.term,
      s.billingCycle,
      s.autoRenew ? 1 : 0,
      s.scheduledActions,
      s.endedAt,
    );
  }

  find(id: string): Subscription | undefined {
    const row = this.#db.get<Row>(`SELECT ${COLUMNS} FROM subscriptions WHERE id = ?`, id);
    return row && toSubscription(row);
  }

  of(tenant: string): Subscription[] {
    return this.#db.all<Row>(`SELECT ${COLUMNS} FROM subscriptions WHERE tenant = ? ORDER BY created_at, id`, tenant).map(toSubscription);
  }

  /** How Graph shows it now. */
  directoryStatus(subscription: Subscription, at: Instant): DirectoryStatus {
    switch (subscription.status) {
      case 'active':
        return 'Enabled';
      case 'suspended':
        return 'Suspended';
      case 'deleted':
        return 'Deleted';
      case 'expired':
        return phaseAfterExpiry('csp-other-partner', subscription.commitmentEnd, subscription.endedAt!, at).status;
    }
  }

  /** Partner Center's own word for it: after `expired` comes `disabled`, then `deleted` (facts §8.2). */
  statusNow(subscription: Subscription, at: Instant): 'active' | 'suspended' | 'expired' | 'disabled' | 'deleted' {
    if (subscription.status !== 'expired') return subscription.status;
    const shown = this.directoryStatus(subscription, at);
    if (shown === 'Deleted') return 'deleted';
    return shown === 'Warning' && at < plusDays(subscription.endedAt!, 30) ? 'expired' : 'disabled';
  }
}

function toSubscription(row: Row): Subscription {
  return { ...row, autoRenew: row.autoRenew === 1 };
}
