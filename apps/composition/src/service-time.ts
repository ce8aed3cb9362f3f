import type { Instant } from '#kernel';
import { type DrivenClock, FollowedClock, type SoleWork, createSharedDrivenClock } from '#event-sourcing';
import { realDelay, silentAlarm, systemAlarm, systemClock } from '#application';
import type { ClockOfAll } from './engines.ts';
import type { ServiceTime } from './start-service.ts';
import type { Undo } from './undo.ts';

export const SYSTEM_TIME: ServiceTime = { clock: systemClock, drivenClock: null, alarm: systemAlarm };

/** Time that only this process's `PUT /v1/clock` moves; it lets everybody do what is due. */
export function drivenTime(drivenClock: DrivenClock): ServiceTime {
  return { clock: drivenClock, drivenClock, alarm: silentAlarm };
}

/** Driven time that several processes share: `moves` in those through which it may be moved, the others follow. */
export function sharedDrivenTime(
  start: Instant,
  store: ClockOfAll,
  soleWork: SoleWork,
  { moves, undo }: { readonly moves: boolean; readonly undo: Undo },
): ServiceTime {
  const followed = new FollowedClock(start);
  // Told where it stands as soon as the server can say so; until then it stands where it begins.
  undo.later(store.onMoved((instant) => followed.movedTo(instant)));
  const drivenClock = moves ? createSharedDrivenClock({ followed, store, soleWork, delay: realDelay }) : null;
  return { clock: followed, drivenClock, alarm: followed };
}
