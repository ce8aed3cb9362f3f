import { instantFromEpoch, type Clock, type Instant } from '#kernel';

/** The machine's time. */
export const systemClock: Clock = { now: () => instantFromEpoch(Date.now()) };

/** A clock that stands until it is moved; it remembers where it stands. */
export class DrivenClock implements Clock {
  #now: Instant;
  readonly #keep: (now: Instant) => void;

  constructor(start: Instant, keep: (now: Instant) => void = () => undefined) {
    this.#now = start;
    this.#keep = keep;
    keep(start);
  }

  now(): Instant {
    return this.#now;
  }

  /** Never backwards: an earlier moment leaves it where it stands. */
  moveTo(moment: Instant): void {
    if (moment <= this.#now) return;
    this.#now = moment;
    this.#keep(moment);
  }
}
