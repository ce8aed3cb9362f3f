import type { Clock, Instant } from '#kernel';
import type { Alarm } from './to-do.ts';

interface SetAlarm {
  readonly instant: Instant;
  readonly ring: () => void;
}

/** A clock that somebody else moves: it shows where that one was last heard to stand, and rings the alarms that this passed. */
export class FollowedClock implements Clock, Alarm {
  readonly #alarms = new Set<SetAlarm>();
  #now: Instant;

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  /** News may come late or twice: the clock never goes back. */
  movedTo(instant: Instant): void {
    if (instant <= this.#now) return;
    this.#now = instant;
    for (const alarm of this.#alarms) if (alarm.instant <= instant) this.#ring(alarm);
  }

  at(instant: Instant, ring: () => void): () => void {
    const alarm = { instant, ring };
    this.#alarms.add(alarm);
    if (instant <= this.#now) queueMicrotask(() => this.#ring(alarm));
    return () => this.#alarms.delete(alarm);
  }

  #ring(alarm: SetAlarm): void {
    if (this.#alarms.delete(alarm)) alarm.ring();
  }
}
