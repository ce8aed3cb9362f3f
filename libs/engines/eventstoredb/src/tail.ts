import type { Position, RecordedEvent } from '#kernel';

/** What a tail takes its events from: see `Arrivals`. */
export interface EventSource {
  readonly failure: Error | undefined;
  readonly drained: boolean;
  take(most: number): readonly RecordedEvent[] | undefined;
  end(): void;
}

/** So far a reader may be behind the fastest one before it has to read by itself again. */
const MOST_KEPT = 2_000;

/**
 * One subscription of the server for several readers, who each go on at their own pace: what the fastest has taken is
 * kept for a while for the others. Nobody holds anybody up: whoever falls too far behind finds it forgotten here.
 */
export class Tail {
  readonly #source: EventSource;
  readonly #readers = new Set<() => void>();
  #kept: RecordedEvent[] = [];
  #from: Position;
  #to: Position;

  /** `open` subscribes to what comes after the position. */
  constructor(after: Position, open: (onNews: () => void) => EventSource) {
    this.#from = after;
    this.#to = after;
    this.#source = open(() => this.#wakeAll());
  }

  /** The last event that anybody has taken. */
  get to(): Position {
    return this.#to;
  }

  get failure(): Error | undefined {
    return this.#source.failure;
  }

  /** Who has read up to `to` has read everything that has come. */
  get drained(): boolean {
    return this.#source.drained;
  }

  /** Whoever has read up to there can go on here. */
  covers(position: Position): boolean {
    return position >= this.#from && position <= this.#to;
  }

  /** What is kept of the events after that position, which it must cover. */
  after(position: Position, most: number): readonly RecordedEvent[] {
    if (position === this.#to) return [];
    const next = this.#kept.findLastIndex((event) => event.position <= position) + 1;
    return this.#kept.slice(next, next + most);
  }

  /** Takes in what has come. False where nothing has. */
  pull(most: number): boolean {
    const events = this.#source.take(most);
    if (events === undefined) return false;
    this.#kept.push(...events);
    this.#to = events.at(-1)?.position ?? this.#to;
    // The source tells nobody of what has been taken before it could tell.
    this.#wakeAll();
    if (this.#kept.length > 2 * MOST_KEPT) {
      const forgotten = this.#kept.length - MOST_KEPT;
      this.#from = this.#kept[forgotten - 1]!.position;
      this.#kept = this.#kept.slice(forgotten);
    }
    return true;
  }

  join(wake: () => void): void {
    this.#readers.add(wake);
  }

  /** True when it was the last one: the subscription is ended then. */
  leave(wake: () => void): boolean {
    this.#readers.delete(wake);
    if (this.#readers.size > 0) return false;
    this.#source.end();
    return true;
  }

  #wakeAll(): void {
    for (const wake of [...this.#readers]) wake();
  }
}
