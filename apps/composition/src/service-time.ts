import type { Instant } from '#kernel';
import { type DrivenClock, FollowedClock, type SoleWork, createSharedDrivenClock } from '#event-sourcing';
import { realDelay, silentAlarm, systemAlarm, systemClock } from '#application';
import type { ClockOfAll } from './engines.ts';
import type { ServiceTime } from './start-service.ts';

export const SYSTEM_TIME: ServiceTime = { clock: systemClock, drivenClock: null, alarm: systemAlarm };

/** Time that only this process's `PUT /v1/clock` moves; it lets everybody do what is due. */
export function drivenTime(drivenClock: DrivenClock): ServiceTime {
  return { clock: drivenClock, drivenClock, alarm: silentAlarm };
}

/** Driven time that several processes share: `moves` in those through which it may be moved, the others follow. */
export async function sharedDrivenTime(
  start: Instant,
  store: ClockOfAll,
  soleWork: SoleWork,
  { moves }: { readonly moves: boolean },
): Promise<ServiceTime> {
  const followed = new FollowedClock(start);
  store.onMoved((instant) => followed.movedTo(instant));
  const stands = await store.load();
  if (stands !== undefined) followed.movedTo(stands);
  const drivenClock = moves ? createSharedDrivenClock({ followed, store, soleWork, delay: realDelay }) : null;
  return { clock: followed, drivenClock, alarm: followed };
}
