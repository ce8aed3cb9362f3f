import type { Instant } from '#kernel';
import type { Database } from '../storage/database.ts';

export type TimerKind =
  'customer-answer' | 'original-expiring' | 'original-end' | 'order-fulfilment' | 'subscription-term-end' | 'delivery';

export interface Timer {
  readonly id: number;
  readonly due: Instant;
  readonly kind: TimerKind;
  /** What it is about: a tenant, `tenant/subscription`, an order, an outgoing message. */
  readonly owner: string;
}

/** Everything that will happen by itself, durable, in the order of its time. */
export class Timers {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** One timer a kind and owner: setting it again moves it. */
  set(kind: TimerKind, owner: string, due: Instant): void {
    this.cancel(kind, owner);
    this.#db.run('INSERT INTO timers (due, kind, owner) VALUES (?, ?, ?)', due, kind, owner);
  }

  cancel(kind: TimerKind, owner: string): void {
    this.#db.run('DELETE FROM timers WHERE kind = ? AND owner = ?', kind, owner);
  }

  /** False when it was gone already: something that happened at the same moment called it off. */
  remove(id: number): boolean {
    return this.#db.run('DELETE FROM timers WHERE id = ?', id) > 0;
  }

  nextDue(): Instant | null {
    return this.#db.get<{ due: Instant }>('SELECT due FROM timers ORDER BY due, id LIMIT 1')?.due ?? null;
  }

  /** A slice of those due at exactly this moment, oldest first. */
  dueAt(moment: Instant, limit: number): Timer[] {
    return this.#db.all<Timer>('SELECT id, due, kind, owner FROM timers WHERE due = ? ORDER BY id LIMIT ?', moment, limit);
  }
}
