import { endOfDay, type Day, type Instant } from '#kernel';
import type { DescribedOriginal, Program } from '../customers/customer-description.ts';
import type { Database } from '../storage/database.ts';
import { dayLater } from '../time/durations.ts';
import type { OriginalTimers } from './original-timers.ts';
import { phaseAfterCancellation, phaseAfterExpiry, type Phase } from './end-rules.ts';

/** A subscription that the customer bought in its old program. */
export interface Original {
  readonly tenant: string;
  readonly subscriptionId: string;
  readonly sku: string;
  readonly seats: number;
  readonly program: Program;
  readonly atEnd: 'expire' | 'renew' | 'extend';
  readonly termEnd: Day;
  readonly state: 'running' | 'extended' | 'expired' | 'cancelled';
  readonly endedAt: Instant | null;
}

const COLUMNS =
  'tenant, subscription_id AS subscriptionId, sku, seats, program, at_end AS atEnd, term_end AS termEnd, state, ended_at AS endedAt';

export class Originals {
  readonly #db: Database;
  readonly #timers: OriginalTimers;

  constructor(db: Database, timers: OriginalTimers) {
    this.#db = db;
    this.#timers = timers;
  }

  of(tenant: string): Original[] {
    return this.#db.all<Original>(`SELECT ${COLUMNS} FROM originals WHERE tenant = ? ORDER BY subscription_id`, tenant);
  }

  find(tenant: string, subscriptionId: string): Original | undefined {
    return this.#db.get<Original>(`SELECT ${COLUMNS} FROM originals WHERE tenant = ? AND subscription_id = ?`, tenant, subscriptionId);
  }

  /** Takes over what is described differently from before; leaves out those no longer described as long as they run. */
  describe(tenant: string, described: readonly DescribedOriginal[]): void {
    const before = this.#descriptions(tenant);
    for (const original of described) {
      if (before.get(original.subscriptionId) !== JSON.stringify(original)) this.#keep(tenant, original);
      before.delete(original.subscriptionId);
    }
    for (const subscriptionId of before.keys()) this.#forgetRunning(tenant, subscriptionId);
  }

  /** Gives its new last day. An extended service term has no end of its own: it goes on from month to month (facts §8.3). */
  prolong(original: Original, by: 'P1Y' | 'P1M', state: 'running' | 'extended'): Day {
    const { tenant, subscriptionId } = original;
    const termEnd = dayLater(original.termEnd, by);
    this.#db.run(
      'UPDATE originals SET term_end = ?, state = ? WHERE tenant = ? AND subscription_id = ?',
      termEnd,
      state,
      tenant,
      subscriptionId,
    );
    if (state === 'running') this.#timers.plan(tenant, subscriptionId, termEnd);
    return termEnd;
  }

  end(original: Original, state: 'expired' | 'cancelled', at: Instant): void {
    this.#db.run(
      'UPDATE originals SET state = ?, ended_at = ? WHERE tenant = ? AND subscription_id = ?',
      state,
      at,
      original.tenant,
      original.subscriptionId,
    );
    this.#timers.cancel(original.tenant, original.subscriptionId);
  }

  #descriptions(tenant: string): Map<string, string> {
    const rows = this.#db.all<{ id: string; described: string }>(
      'SELECT subscription_id AS id, described FROM originals WHERE tenant = ?',
      tenant,
    );
    return new Map(rows.map(({ id, described }) => [id, described]));
  }

  #keep(tenant: string, original: DescribedOriginal): void {
    const { subscriptionId, skuId, seats, program, termEnd } = original;
    const atEnd = original.atEnd ?? (original.autoRenew ? 'renew' : 'expire');
    this.#db.run(
      `INSERT INTO originals (tenant, subscription_id, sku, seats, program, at_end, term_end, state, described) VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?)
       ON CONFLICT (tenant, subscription_id) DO UPDATE SET sku = excluded.sku, seats = excluded.seats, program = excluded.program,
         at_end = excluded.at_end, term_end = excluded.term_end, state = 'running', ended_at = NULL, described = excluded.described`,
      tenant,
      subscriptionId,
      skuId,
      seats,
      program,
      atEnd,
      termEnd,
      JSON.stringify(original),
    );
    this.#timers.plan(tenant, subscriptionId, termEnd);
  }

  #forgetRunning(tenant: string, subscriptionId: string): void {
    const gone = this.#db.run(
      `DELETE FROM originals WHERE tenant = ? AND subscription_id = ? AND state = 'running'`,
      tenant,
      subscriptionId,
    );
    if (gone > 0) this.#timers.cancel(tenant, subscriptionId);
  }
}

export function isRunning(original: Original): boolean {
  return original.state === 'running' || original.state === 'extended';
}

/** How Graph shows it now. */
export function phaseOf(original: Original, now: Instant): Phase {
  switch (original.state) {
    case 'running':
      return { status: 'Enabled', until: endOfDay(original.termEnd) };
    case 'extended':
      return { status: 'Enabled', until: endOfDay(monthsOn(original.termEnd, now)) };
    case 'expired':
      return phaseAfterExpiry(original.program, original.termEnd, original.endedAt!, now);
    case 'cancelled':
      return phaseAfterCancellation(original.endedAt!, now);
  }
}

/** The last day of the month of an extended service term that a moment lies in. */
function monthsOn(firstEnd: Day, now: Instant): Day {
  for (let months = 0; ; months += 1) {
    const end = dayLater(firstEnd, `P${months}M`);
    if (endOfDay(end) > now) return end;
  }
}
