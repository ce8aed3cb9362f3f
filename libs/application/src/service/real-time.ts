import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, epochOf, instantFromEpoch } from '#kernel';
import type { Alarm, Delay } from '#event-sourcing';

export const systemClock: Clock = { now: () => instantFromEpoch(Date.now()) };

/** Real milliseconds: between two attempts to reach an engine, never for what the service's clock times. */
export const realDelay: Delay = async (ms, signal) => {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};

/** The longest time that the platform's timer can wait. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Rings at a time of the system's clock. */
export const systemAlarm: Alarm = {
  at(instant, ring) {
    const wait = Math.min(Math.max(epochOf(instant) - Date.now(), 0), LONGEST_TIMER_MS);
    const timer = setTimeout(ring, wait);
    return () => clearTimeout(timer);
  },
};

/** On a driven clock whoever moves it lets the work be done: no alarm has to ring. */
export const silentAlarm: Alarm = { at: () => () => undefined };
