import { LRUCache } from 'lru-cache';
import type { CallClass } from './published-limits.ts';

interface Pause {
  from: number;
  until: number;
}

const MOST_KEYS = 50_000;
/** So many customers throttled one after the other, with no other answer in between, mean the whole partner. */
const CUSTOMERS_FOR_ALL = 3;

/**
 * The silences that the outside asked for. A 429 does not say whether the partner or the partner at one customer is
 * meant (facts §1.6), so it is taken for the customer's, until several customers in a row are throttled.
 * All times are milliseconds of the injected clock.
 */
export class Pauses {
  private readonly pauses = new LRUCache<string, Pause>({ max: MOST_KEYS });
  private readonly streaks = new Map<CallClass, Set<string>>();

  throttled(callClass: CallClass, customer: string, now: number, until: number): void {
    const streak = this.streaks.get(callClass) ?? new Set();
    this.streaks.set(callClass, streak.add(customer));
    this.set(`${callClass} ${customer}`, now, until);
    if (streak.size >= CUSTOMERS_FOR_ALL) this.set(callClass, now, until);
  }

  answered(callClass: CallClass): void {
    this.streaks.get(callClass)?.clear();
  }

  until(callClass: CallClass, customer: string, now: number): number | undefined {
    const ends = [this.read(callClass, now), this.read(`${callClass} ${customer}`, now)].filter((end) => end !== undefined);
    return ends.length > 0 ? Math.max(...ends) : undefined;
  }

  private set(key: string, now: number, until: number): void {
    this.pauses.set(key, { from: now, until: Math.max(until, this.read(key, now) ?? 0) });
  }

  private read(key: string, now: number): number | undefined {
    const pause = this.pauses.get(key);
    if (!pause) return undefined;
    // A clock that was set back does not lengthen the silence.
    if (now < pause.from) {
      pause.until = now + (pause.until - pause.from);
      pause.from = now;
    }
    if (pause.until > now) return pause.until;
    this.pauses.delete(key);
    return undefined;
  }
}
