import type { Position, RecordedEvent } from '#kernel';
import { type EventSource, Tail } from './tail.ts';

/**
 * All subscriptions of a process to the log. Its readers follow the same events, mostly side by side: each event is then
 * sent, and read, once for all of them. A reader that is somewhere else has a subscription to itself until it gets to
 * where another one is.
 */
export class Tails {
  readonly #open: (after: Position, onNews: () => void) => EventSource;
  readonly #tails = new Set<Tail>();

  constructor(open: (after: Position, onNews: () => void) => EventSource) {
    this.#open = open;
  }

  reader(after: Position, batchSize: number, signal: AbortSignal): TailReader {
    return new TailReader(this, after, batchSize, signal);
  }

  /** Where to go on from the position: with the same one, unless it has forgotten what follows or another is further. */
  at(position: Position, current: Tail | undefined, wake: () => void): Tail {
    const next = this.#furthest(position, current) ?? new Tail(position, (onNews) => this.#open(position, onNews));
    if (next === current) return next;
    this.#tails.add(next);
    next.join(wake);
    if (current) this.leave(current, wake);
    return next;
  }

  leave(tail: Tail, wake: () => void): void {
    if (tail.leave(wake)) this.#tails.delete(tail);
  }

  /** Of those that are equally far the oldest, so that all readers end up with one. */
  #furthest(position: Position, current: Tail | undefined): Tail | undefined {
    let furthest: Tail | undefined;
    for (const tail of this.#tails) {
      const isUsable = tail === current || tail.failure === undefined;
      if (isUsable && tail.covers(position) && (furthest === undefined || tail.to > furthest.to)) furthest = tail;
    }
    return furthest;
  }
}

/** One subscriber's way through the log. */
export class TailReader {
  readonly #tails: Tails;
  readonly #batchSize: number;
  readonly #signal: AbortSignal;
  #tail: Tail;
  #position: Position;
  #woken: () => void = () => undefined;

  constructor(tails: Tails, after: Position, batchSize: number, signal: AbortSignal) {
    this.#tails = tails;
    this.#batchSize = batchSize;
    this.#signal = signal;
    this.#position = after;
    this.#tail = tails.at(after, undefined, this.#wake);
    signal.addEventListener('abort', this.#wake);
  }

  readonly #wake = (): void => this.#woken();

  /** Nothing waits to be read, as far as this process knows. */
  get drained(): boolean {
    return this.#position === this.#tail.to && this.#tail.drained;
  }

  /** The next events; waits only when there are none. `undefined` once the signal says so. */
  async next(): Promise<readonly RecordedEvent[] | undefined> {
    while (!this.#signal.aborted) {
      this.#tail = this.#tails.at(this.#position, this.#tail, this.#wake);
      const events = this.#tail.after(this.#position, this.#batchSize);
      if (events.length > 0) {
        this.#position = events.at(-1)!.position;
        return events;
      }
      if (this.#tail.pull(this.#batchSize)) continue;
      // What came before the failure has been handed over first: none of it has to come again.
      if (this.#tail.failure) throw this.#tail.failure;
      await new Promise<void>((resolve) => (this.#woken = resolve));
    }
    return undefined;
  }

  end(): void {
    this.#signal.removeEventListener('abort', this.#wake);
    this.#tails.leave(this.#tail, this.#wake);
  }
}
