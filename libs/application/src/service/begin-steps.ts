import { type BackOff, type Delay, backOffMs } from '#event-sourcing';

export interface BeginStep {
  readonly name: string;
  /** Resolves when it is done for good; when it rejects, it is tried again as a whole. */
  readonly run: () => Promise<void>;
}

export interface Beginning {
  /** Resolves after the first try of each step up to one that fails; what is left goes on in the background. */
  readonly tried: Promise<void>;
  /** Resolves when every step is done, else rejects with what the step in hand met. */
  check(): Promise<void>;
  /** No further try. */
  stop(): Promise<void>;
}

const PAUSES: BackOff = { baseMs: 250, capMs: 5_000 };

/** Steps of a start, in order, each tried until it succeeds: an engine that does not answer yet must not end the service. */
export function beginSteps(steps: readonly BeginStep[], delay: Delay, onError: (error: unknown) => void): Beginning {
  const stopping = new AbortController();
  const tried = Promise.withResolvers<undefined>();
  let fault: Error | undefined = new Error('not begun yet');

  async function run({ run: step }: BeginStep): Promise<void> {
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      try {
        await step();
        return;
      } catch (error) {
        fault = error instanceof Error ? error : new Error(String(error));
        onError(error);
        tried.resolve(undefined);
        // The same pause for all who wait for the same engine does no harm: each of them asks it once.
        await delay(backOffMs(PAUSES, failures, 1), stopping.signal);
      }
    }
  }

  async function runAll(): Promise<void> {
    for (const step of steps) await run(step);
    if (!stopping.signal.aborted) fault = undefined;
    tried.resolve(undefined);
  }

  const ended = runAll();
  return {
    tried: tried.promise,
    check: () => (fault === undefined ? Promise.resolve() : Promise.reject(fault)),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
