import { endOfDay, plusDays, type Day } from '#kernel';
import type { Timers } from '../time/timers.ts';

const WARNED_DAYS_BEFORE = 30;

/** An original's own dates: the notice before its end, and its end at 00:00Z after its last day (design, rule 8). */
export class OriginalTimers {
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  plan(tenant: string, subscriptionId: string, termEnd: Day): void {
    const end = endOfDay(termEnd);
    this.#timers.set('original-expiring', ownerOf(tenant, subscriptionId), plusDays(end, -WARNED_DAYS_BEFORE));
    this.#timers.set('original-end', ownerOf(tenant, subscriptionId), end);
  }

  cancel(tenant: string, subscriptionId: string): void {
    this.#timers.cancel('original-expiring', ownerOf(tenant, subscriptionId));
    this.#timers.cancel('original-end', ownerOf(tenant, subscriptionId));
  }
}

export function parseOwner(owner: string): { tenant: string; subscriptionId: string } {
  return { tenant: owner.slice(0, 36), subscriptionId: owner.slice(37) };
}

function ownerOf(tenant: string, subscriptionId: string): string {
  return `${tenant}/${subscriptionId}`;
}
