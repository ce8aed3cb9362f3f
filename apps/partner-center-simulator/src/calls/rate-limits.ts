import { epochOf, plusMs, type Instant } from '#kernel';

/** Resources with a published limit, in calls a minute and partner (facts §1.6). */
export const LIMITS_PER_MINUTE = { customers: 500, orders: 500, subscriptions: 500, 'validation-events': 2 } as const;

export type LimitedResource = keyof typeof LIMITS_PER_MINUTE;

/**
 * The published limits in whole minutes of the stand-in's clock, and the Retry-Afters given out by the throttle fault.
 * The fault's Retry-After binds one customer and resource, so that calls to others already under way break nothing.
 */
export class RateLimits {
  readonly #windows = new Map<LimitedResource, { minute: string; calls: number }>();
  readonly #pauses = new Map<string, Instant>();

  /** Seconds to wait where this call is over a limit or inside a Retry-After, else `null`. */
  check(resource: LimitedResource | null, scope: string, at: Instant): number | null {
    const paused = this.#paused(scope, at);
    const over = resource !== null && this.#over(resource, at);
    if (paused === null && !over) return null;
    return Math.max(paused ?? 0, over ? 60 - Number(at.slice(17, 19)) : 0);
  }

  pause(scope: string, at: Instant, seconds: number): void {
    this.#pauses.set(scope, plusMs(at, seconds * 1000));
  }

  #paused(scope: string, at: Instant): number | null {
    const until = this.#pauses.get(scope);
    if (until === undefined) return null;
    if (until > at) return Math.ceil((epochOf(until) - epochOf(at)) / 1000);
    this.#pauses.delete(scope);
    return null;
  }

  #over(resource: LimitedResource, at: Instant): boolean {
    const minute = at.slice(0, 16);
    const window = this.#windows.get(resource);
    if (window?.minute !== minute) {
      this.#windows.set(resource, { minute, calls: 1 });
      return false;
    }
    window.calls += 1;
    return window.calls > LIMITS_PER_MINUTE[resource];
  }
}
