import { epochOf, instantFromEpoch, type Clock, type Instant } from '#kernel';
import { LRUCache } from 'lru-cache';
import { OutsideFailure } from '../gateway.ts';
import { Pauses } from './pauses.ts';
import { PUBLISHED_LIMITS, type CallClass, type RateLimit } from './published-limits.ts';
import { SlidingWindow } from './sliding-window.ts';

/** One published limit, for metrics: `used` is that of its fullest window now, the others count since start. */
export interface LimitCounter {
  readonly limit: string;
  readonly ceiling: number;
  readonly windowMs: number;
  readonly used: number;
  readonly admitted: number;
  readonly refused: number;
}

/** Calls of one class since start: let through, turned away here, and throttled by the outside. */
export interface CallCounter {
  readonly callClass: CallClass;
  readonly admitted: number;
  readonly refused: number;
  readonly throttled: number;
}

export interface RateGovernor {
  /** Takes a slot, or throws `OutsideFailure('retry-later', 'rate-budget', …, retryAt)`: then no call must be made. */
  admit(callClass: CallClass, customerTenantId?: string): void;
  /** The outside answered, and did not throttle. */
  answered(callClass: CallClass): void;
  /** The outside asked for silence until then (Retry-After). */
  throttled(callClass: CallClass, customerTenantId: string | undefined, until: Instant): void;
  counters(): { readonly limits: readonly LimitCounter[]; readonly calls: readonly CallCounter[] };
}

export interface RateGovernorOptions {
  readonly clock: Clock;
  readonly limits?: readonly RateLimit[];
  /** Added to every window, since calls do not arrive outside with the spacing they were sent with. Default 500 ms. */
  readonly marginMs?: number;
}

const MOST_WINDOWS = 50_000;

export function createRateGovernor({ clock, limits = PUBLISHED_LIMITS, marginMs = 500 }: RateGovernorOptions): RateGovernor {
  const windows = new LRUCache<string, SlidingWindow>({ max: MOST_WINDOWS });
  const pauses = new Pauses();
  const ofLimit = new Map(limits.map((limit) => [limit.name, { admitted: 0, refused: 0 }]));
  const ofClass = new Map<CallClass, { admitted: number; refused: number; throttled: number }>();

  const now = (): number => epochOf(clock.now());
  const tally = (callClass: CallClass) => {
    const held = ofClass.get(callClass) ?? { admitted: 0, refused: 0, throttled: 0 };
    ofClass.set(callClass, held);
    return held;
  };
  const windowOf = (limit: RateLimit, customer: string): SlidingWindow => {
    const key = `${limit.name} ${limit.per === 'partner' ? '' : customer}`;
    const window = windows.get(key) ?? new SlidingWindow(limit.requests, limit.windowMs + marginMs);
    windows.set(key, window);
    return window;
  };

  function refuse(callClass: CallClass, until: number, why: string): never {
    tally(callClass).refused += 1;
    throw new OutsideFailure(
      'retry-later',
      'rate-budget',
      `${why} No call was made; it is due again at ${instantFromEpoch(until)}.`,
      instantFromEpoch(until),
    );
  }

  return {
    admit(callClass, customer = '') {
      const at = now();
      const own = limits
        .filter((limit) => limit.callClasses.includes(callClass))
        .map((limit) => {
          const window = windowOf(limit, customer);
          return { limit, window, hasRoom: window.hasRoom(at) };
        });
      const silence = pauses.until(callClass, customer, at);
      if (silence !== undefined) refuse(callClass, silence, `The outside asked for no further calls of the class ${callClass} for now.`);
      for (const { limit, window, hasRoom } of own) {
        if (hasRoom) continue;
        ofLimit.get(limit.name)!.refused += 1;
        refuse(
          callClass,
          window.nextSlot(at),
          `The budget of ${limit.requests} ${limit.name} calls in ${limit.windowMs / 1000} s is used up.`,
        );
      }
      for (const { limit, window } of own) {
        window.record(at);
        ofLimit.get(limit.name)!.admitted += 1;
      }
      tally(callClass).admitted += 1;
    },
    answered: (callClass) => pauses.answered(callClass),
    throttled(callClass, customer, until) {
      tally(callClass).throttled += 1;
      pauses.throttled(callClass, customer ?? '', now(), epochOf(until));
    },
    counters() {
      const at = now();
      return {
        limits: limits.map((limit) => ({
          limit: limit.name,
          ceiling: limit.requests,
          windowMs: limit.windowMs,
          used: fullest(windows, `${limit.name} `, at),
          ...ofLimit.get(limit.name)!,
        })),
        calls: [...ofClass].map(([callClass, counts]) => ({ callClass, ...counts })),
      };
    },
  };
}

function fullest(windows: LRUCache<string, SlidingWindow>, prefix: string, at: number): number {
  let most = 0;
  for (const [key, window] of windows.entries()) if (key.startsWith(prefix)) most = Math.max(most, window.used(at));
  return most;
}
