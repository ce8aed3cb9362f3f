import { BEFORE_ALL } from '#kernel';
import type { Position } from '#kernel';
import type { Delay } from './back-off.ts';

/** The read model has not got there within the time; the reader may ask again. */
export class NotYet extends Error {
  readonly code = 'not-yet';
  constructor(
    readonly position: Position,
    readonly reached: Position,
  ) {
    super(`position ${position} is not in the read model yet, it is at ${reached}: ask again in a moment`);
  }
}

/** `keys`: the streams that the commit touched. */
export type CommitListener = (position: Position, keys: ReadonlySet<string>) => void;

interface Waiter {
  readonly position: Position;
  readonly reached: () => void;
}

/** How far a read model is, for those who wait to read their own writes and those who pass on what is new. */
export class CommittedPositions {
  readonly #delay: Delay;
  readonly #onWaiting: (position: Position) => void;
  readonly #waiters = new Set<Waiter>();
  readonly #listeners = new Set<CommitListener>();
  #hurry: () => void = () => undefined;
  #current: Position = BEFORE_ALL;

  /** `onWaiting` hears of each position that somebody begins to wait for: where the commits are made elsewhere, they can hurry. */
  constructor(delay: Delay, onWaiting: (position: Position) => void = () => undefined) {
    this.#delay = delay;
    this.#onWaiting = onWaiting;
  }

  get current(): Position {
    return this.#current;
  }

  /** After a commit. Positions never go back; a listener that throws is its own affair and hinders nobody. */
  advance(to: Position, keys: ReadonlySet<string> = new Set()): void {
    if (to > this.#current) this.#current = to;
    for (const waiter of this.#waiters) if (waiter.position <= this.#current) waiter.reached();
    for (const listener of this.#listeners) {
      try {
        listener(this.#current, keys);
      } catch {
        this.#listeners.delete(listener);
      }
    }
  }

  /** Hears of each commit after it. Returns the way to stop listening. A listener that throws is dropped. */
  onCommitted(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves once everything up to the position is committed. `timeoutMs` may be `Infinity`.
   * @throws NotYet when time is up or the signal aborts
   */
  async waitFor(position: Position, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    if (position <= this.#current) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const stopWaiting = () => resolve(undefined);
    const waiter = { position, reached: stopWaiting };
    const settled = new AbortController();
    this.#waiters.add(waiter);
    this.#hurry();
    this.#onWaiting(position);
    signal?.addEventListener('abort', stopWaiting);
    if (signal?.aborted) stopWaiting();
    try {
      const timeUp = timeoutMs === Infinity ? promise : this.#delay(timeoutMs, settled.signal).catch(() => undefined);
      await Promise.race([promise, timeUp]);
      if (position > this.#current) throw new NotYet(position, this.#current);
    } finally {
      this.#waiters.delete(waiter);
      signal?.removeEventListener('abort', stopWaiting);
      settled.abort();
    }
  }

  /** Resolves after so many milliseconds of real time, or as soon as somebody waits for a position. */
  async whileNobodyWaits(ms: number): Promise<void> {
    if (ms <= 0 || this.#waiters.size > 0) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const settled = new AbortController();
    this.#hurry = () => resolve(undefined);
    await Promise.race([promise, this.#delay(ms, settled.signal).catch(() => undefined)]);
    settled.abort();
  }
}
