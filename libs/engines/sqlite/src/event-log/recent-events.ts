import type { Position, RecordedEvent } from '#kernel';

const MAX_EVENTS = 8_192;
const MAX_SIZE = 16 * 1024 * 1024;

/**
 * The newest events of the log, without a hole, as they were appended: live subscriptions are served from here, so that
 * nothing just written is read and parsed again.
 */
export class RecentEvents {
  readonly #maxEvents: number;
  #events: RecordedEvent[] = [];
  #sizes: number[] = [];
  #size = 0;
  #floor: Position;

  constructor(head: Position, maxEvents = MAX_EVENTS) {
    this.#floor = head;
    this.#maxEvents = maxEvents;
  }

  add(event: RecordedEvent, size: number): void {
    this.#events.push(event);
    this.#sizes.push(size);
    this.#size += size;
    if (this.#events.length > this.#maxEvents * 2 || this.#size > MAX_SIZE * 2) this.#dropOldest();
  }

  /** Up to this position nothing is kept: there was nobody to be served. */
  leaveOut(upTo: Position): void {
    this.#floor = upTo;
    if (this.#events.length === 0) return;
    this.#events = [];
    this.#sizes = [];
    this.#size = 0;
  }

  /** The next events after a position; `undefined` when some of them are no longer here. */
  following(after: Position, limit: number): readonly RecordedEvent[] | undefined {
    if (after < this.#floor) return undefined;
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#events[middle]!.position <= after) low = middle + 1;
      else high = middle;
    }
    return this.#events.slice(low, low + limit);
  }

  #dropOldest(): void {
    let drop = 0;
    while (this.#events.length - drop > this.#maxEvents || this.#size > MAX_SIZE) this.#size -= this.#sizes[drop++]!;
    this.#floor = this.#events[drop - 1]!.position;
    this.#events = this.#events.slice(drop);
    this.#sizes = this.#sizes.slice(drop);
  }
}
