import { epochOf, instantFromEpoch, type Clock, type Instant } from '#kernel';
import { LRUCache } from 'lru-cache';
import { OutsideFailure } from '../gateway.ts';
import { PAUSED_PER_CUSTOMER, PUBLISHED_LIMITS, type CallClass, type RateLimit } from './published-limits.ts';
import { SlidingWindow } from './sliding-window.ts';

/** For metrics. `ceiling` is `null` where no limit is published; `used` is that of the fullest window now. */
export interface RateCounter {
  readonly callClass: CallClass;
  readonly per: RateLimit['per'];
  readonly windowMs: number | null;
  readonly ceiling: number | null;
  readonly used: number;
  /** Calls let through and turned away since start. */
  readonly admitted: number;
  readonly refused: number;
  /** How often the outside answered with a Retry-After since start. */
  readonly pauses: number;
}

export interface RateGovernor {
  /** Takes a slot, or throws `OutsideFailure('retry-later', 'rate-budget', …, retryAt)`: then no call must be made. */
  admit(callClass: CallClass, customerTenantId?: string): void;
  /** The outside asked for silence until then (Retry-After). */
  pause(callClass: CallClass, customerTenantId: string | undefined, until: Instant): void;
  counters(): readonly RateCounter[];
}

export interface RateGovernorOptions {
  readonly clock: Clock;
  readonly limits?: readonly RateLimit[];
  /** Added to every window, since calls do not arrive outside with the spacing they were sent with. Default 500 ms. */
  readonly marginMs?: number;
}

interface Tally {
  admitted: number;
  refused: number;
  pauses: number;
}

interface Pause {
  from: number;
  until: number;
}

const MOST_KEYS = 50_000;

export function createRateGovernor({ clock, limits = PUBLISHED_LIMITS, marginMs = 500 }: RateGovernorOptions): RateGovernor {
  const windows = new LRUCache<string, SlidingWindow>({ max: MOST_KEYS });
  const pauses = new LRUCache<string, Pause>({ max: MOST_KEYS });
  const tallies = new Map<CallClass, Tally>();
  const byClass = Map.groupBy(limits, (limit) => limit.callClass);

  const now = (): number => epochOf(clock.now());
  const tallyOf = (callClass: CallClass): Tally => {
    const tally = tallies.get(callClass) ?? { admitted: 0, refused: 0, pauses: 0 };
    tallies.set(callClass, tally);
    return tally;
  };
  const windowOf = (limit: RateLimit, customer: string | undefined): SlidingWindow => {
    const key = `${limit.callClass} ${limit.windowMs} ${limit.per === 'partner' ? '' : (customer ?? '')}`;
    const window = windows.get(key) ?? new SlidingWindow(limit.requests, limit.windowMs + marginMs);
    windows.set(key, window);
    return window;
  };

  function pausedUntil(callClass: CallClass, customer: string | undefined, at: number): number | undefined {
    const key = pauseKey(callClass, customer);
    const pause = pauses.get(key);
    if (!pause) return undefined;
    // A clock that was set back does not lengthen the silence.
    if (at < pause.from) Object.assign(pause, { from: at, until: at + (pause.until - pause.from) });
    if (pause.until > at) return pause.until;
    pauses.delete(key);
    return undefined;
  }

  function refuse(callClass: CallClass, until: number, why: string): never {
    tallyOf(callClass).refused += 1;
    throw new OutsideFailure('retry-later', 'rate-budget', `${why} No call was made; it is due again at ${instantFromEpoch(until)}.`, instantFromEpoch(until));
  }

  return {
    admit(callClass, customerTenantId) {
      const at = now();
      const own = (byClass.get(callClass) ?? []).map((limit) => {
        const window = windowOf(limit, customerTenantId);
        return { limit, window, hasRoom: window.hasRoom(at) };
      });
      const silence = pausedUntil(callClass, customerTenantId, at);
      if (silence !== undefined) refuse(callClass, silence, `The outside asked for no further ${callClass} calls for now.`);
      for (const { limit, window, hasRoom } of own) {
        if (!hasRoom) refuse(callClass, window.nextSlot(at), `The budget of ${limit.requests} ${callClass} calls in ${limit.windowMs / 1000} s is used up.`);
      }
      for (const { window } of own) window.record(at);
      tallyOf(callClass).admitted += 1;
    },
    pause(callClass, customerTenantId, until) {
      const at = now();
      const key = pauseKey(callClass, customerTenantId);
      tallyOf(callClass).pauses += 1;
      pauses.set(key, { from: at, until: Math.max(epochOf(until), pausedUntil(callClass, customerTenantId, at) ?? 0) });
    },
    counters() {
      const at = now();
      const limited = limits.map((limit): RateCounter => ({
        callClass: limit.callClass,
        per: limit.per,
        windowMs: limit.windowMs,
        ceiling: limit.requests,
        used: fullest(windows, `${limit.callClass} ${limit.windowMs} `, at),
        ...tallyOf(limit.callClass),
      }));
      const free = [...tallies].filter(([callClass]) => !byClass.has(callClass));
      return [...limited, ...free.map(([callClass, tally]): RateCounter => ({ callClass, per: PAUSED_PER_CUSTOMER.has(callClass) ? 'partner-and-customer' : 'partner', windowMs: null, ceiling: null, used: 0, ...tally }))];
    },
  };
}

function pauseKey(callClass: CallClass, customer: string | undefined): string {
  return PAUSED_PER_CUSTOMER.has(callClass) ? `${callClass} ${customer ?? ''}` : callClass;
}

function fullest(windows: LRUCache<string, SlidingWindow>, prefix: string, at: number): number {
  let most = 0;
  for (const [key, window] of windows.entries()) if (key.startsWith(prefix)) most = Math.max(most, window.used(at));
  return most;
}
