import type { Instant } from '#kernel';
import type { Database } from '../storage/database.ts';

export interface CallCount {
  /** Method and path with `{id}` for what varies. */
  readonly endpoint: string;
  readonly customer: string | null;
  /** The minute's beginning on the stand-in's clock. */
  readonly minute: Instant;
  readonly count: number;
}

const BROKEN = 'broken-limits';

/** How often which endpoint was called, and how many calls went over a limit or into a Retry-After. */
export class CallCounter {
  readonly #db: Database;
  #calls: number;
  #broken: number;

  constructor(db: Database) {
    this.#db = db;
    this.#calls = db.get<{ calls: number | null }>('SELECT sum(count) AS calls FROM calls')?.calls ?? 0;
    this.#broken = Number(db.setting(BROKEN) ?? 0);
  }

  /** Counts a call and gives its ordinal over all calls ever. */
  count(endpoint: string, customer: string | null, at: Instant): number {
    this.#db.run(
      `INSERT INTO calls (endpoint, customer, minute, count) VALUES (?, ?, ?, 1)
       ON CONFLICT (minute, endpoint, customer) DO UPDATE SET count = count + 1`,
      endpoint,
      customer ?? '',
      `${at.slice(0, 16)}:00.000Z`,
    );
    this.#calls += 1;
    return this.#calls;
  }

  countBroken(): void {
    this.#broken += 1;
    this.#db.keepSetting(BROKEN, String(this.#broken));
  }

  get brokenLimits(): number {
    return this.#broken;
  }

  list(customer: string | null): CallCount[] {
    const rows = customer
      ? this.#db.all<CallCount>(
          'SELECT endpoint, customer, minute, count FROM calls WHERE customer = ? ORDER BY minute, endpoint',
          customer,
        )
      : this.#db.all<CallCount>('SELECT endpoint, customer, minute, count FROM calls ORDER BY minute, endpoint, customer');
    return rows.map((row) => ({ ...row, customer: row.customer === '' ? null : row.customer }));
  }
}
