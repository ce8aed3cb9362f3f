import { ClockHalted, type DrivenClock } from '#event-sourcing';

/**
 * On a driven clock nothing works by itself: somebody has to let everyone do what is due at the moment at which the
 * clock stands. This does so, soon after it is asked, and once for many who ask.
 */
export class Settling {
  #asked = false;
  #running: Promise<void> | undefined;

  constructor(
    private readonly clock: DrivenClock,
    private readonly onError: (error: unknown) => void,
  ) {}

  soon(): void {
    this.#asked = true;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Resolves when what is under way has ended. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#asked) {
      this.#asked = false;
      try {
        await this.clock.settle();
      } catch (error) {
        if (!(error instanceof ClockHalted)) this.onError(error);
        return;
      }
    }
  }
}
