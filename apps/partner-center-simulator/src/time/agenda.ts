import type { Clock, Instant } from '#kernel';
import type { Database } from '../storage/database.ts';
import type { Timer, TimerKind, Timers } from './timers.ts';

const SLICE = 256;

/** What a timer does in the stand-in's own world: nothing but writes, in one transaction with the timer's end. */
export type Happening = (owner: string, at: Instant) => void;

export interface AgendaParts {
  readonly db: Database;
  readonly timers: Timers;
  readonly happenings: Readonly<Record<Exclude<TimerKind, 'delivery'>, Happening>>;
  /** Sends these messages and sets or ends their timers. */
  deliver(due: readonly Timer[]): Promise<void>;
}

/** Does what is due, in the order of its time: first what happens at a moment, then what is sent because of it. */
export class Agenda {
  readonly #parts: AgendaParts;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: AgendaParts) {
    this.#parts = parts;
  }

  nextDue(): Instant | null {
    return this.#parts.timers.nextDue();
  }

  /** Runs do not overlap: a second one begins when the first is done. */
  runUntil(clock: Clock): Promise<void> {
    const run = this.#running.then(() =>
      this.#run(
        () => clock.now(),
        () => undefined,
      ),
    );
    this.#running = run.catch(() => undefined);
    return run;
  }

  /** The same, telling each moment before what is due at it is done: how a driven clock walks. */
  walkUntil(end: Instant, arriveAt: (moment: Instant) => void): Promise<void> {
    const run = this.#running.then(() => this.#run(() => end, arriveAt));
    this.#running = run.catch(() => undefined);
    return run;
  }

  /** Begins nothing more, and resolves when the run under way, if any, has ended. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#running;
  }

  async #run(end: () => Instant, arriveAt: (moment: Instant) => void): Promise<void> {
    for (let next = this.nextDue(); next !== null && next <= end() && !this.#stopped; next = this.nextDue()) {
      arriveAt(next);
      const due = this.#parts.timers.dueAt(next, SLICE);
      const deliveries = due.filter(({ kind }) => kind === 'delivery');
      for (const timer of due) this.#happen(timer);
      if (deliveries.length > 0) await this.#parts.deliver(deliveries);
    }
  }

  #happen(timer: Timer): void {
    const { kind, owner, due } = timer;
    if (kind === 'delivery') return;
    this.#parts.db.transaction(() => {
      if (this.#parts.timers.remove(timer.id)) this.#parts.happenings[kind](owner, due);
    });
  }
}
