import type { Clock, Instant } from '#kernel';

export interface RebuildView {
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Events read into the new copy so far. */
  readonly events: number;
  readonly detail: string | null;
}

const IDLE: RebuildView = { state: 'idle', startedAt: null, endedAt: null, events: 0, detail: null };

/** Builds the read models anew from the log, beside those in use, one rebuild at a time; says how far it is. */
export class ReadModelRebuild {
  #view: RebuildView = IDLE;
  readonly #clock: Clock;
  readonly #rebuild: (onProgress: (events: number) => void) => Promise<void>;

  constructor(clock: Clock, rebuild: (onProgress: (events: number) => void) => Promise<void>) {
    this.#clock = clock;
    this.#rebuild = rebuild;
  }

  get view(): RebuildView {
    return this.#view;
  }

  /** Begins one, unless one is under way; returns at once. */
  begin(): RebuildView {
    if (this.#view.state === 'running') return this.#view;
    this.#view = { ...IDLE, state: 'running', startedAt: this.#clock.now() };
    void this.#carryOut();
    return this.#view;
  }

  async #carryOut(): Promise<void> {
    try {
      await this.#rebuild((events) => (this.#view = { ...this.#view, events }));
      this.#view = { ...this.#view, state: 'done', endedAt: this.#clock.now() };
    } catch (error) {
      // The copy in use has served all the while, and goes on.
      this.#view = {
        ...this.#view,
        state: 'failed',
        endedAt: this.#clock.now(),
        detail: error instanceof Error ? error.message : 'for an unknown reason',
      };
    }
  }
}
