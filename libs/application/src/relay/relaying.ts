import { type AloneWork, type RunningSubscription, type SoleWork, runAlone } from '#event-sourcing';
import { type RelayOptions, runRelay } from './relay.ts';

export interface RelayingOptions {
  readonly soleWork: SoleWork;
  readonly relay: RelayOptions & { readonly onError: (error: unknown) => void };
}

/** Of all workers one publishes: two at a time would publish a migration's events out of their order. */
export class Relaying {
  readonly #options: RelayingOptions;
  #work: AloneWork | undefined;
  #relay: RunningSubscription | undefined;

  constructor(options: RelayingOptions) {
    this.#options = options;
  }

  start(): void {
    const { soleWork, relay } = this.#options;
    this.#work ??= runAlone({ soleWork, name: 'relay', delay: relay.delay, onError: relay.onError }, () => (this.#relay = runRelay(relay)));
  }

  /** Rejects while this worker is the one that publishes and cannot. */
  check(): Promise<void> {
    const health = this.#work?.held === true ? this.#relay?.health() : undefined;
    return health?.lastError ? Promise.reject(new Error(health.lastError.message)) : Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.#work?.stop();
  }
}
