import type { Delay } from './back-off.ts';
import type { HeldWork, SoleWork } from './sole-work.ts';

export interface RunAloneOptions {
  readonly soleWork: SoleWork;
  /** Of the work: of all processes that are to do it, one does. */
  readonly name: string;
  /** Real milliseconds. */
  readonly delay: Delay;
  readonly onError: (error: unknown) => void;
}

export interface AloneWork {
  /** True while this process does it. */
  readonly held: boolean;
  /** Lets go of it, after what is in hand. */
  stop(): Promise<void>;
}

/** How long a process that does not have the work waits before it asks for it again: well below what a hand-over may take. */
const ASK_AGAIN_MS = 2_000;

/** Does a piece of work for as long as this process has it to itself, and asks for it again whenever it has not. */
export function runAlone({ soleWork, name, delay, onError }: RunAloneOptions, begin: () => { stop(): Promise<void> }): AloneWork {
  const stopping = new AbortController();
  let held: HeldWork | undefined;
  const isStopping = (): boolean => stopping.signal.aborted;

  async function doWhileHeld(work: HeldWork): Promise<void> {
    const running = begin();
    const over = AbortSignal.any([work.lost, stopping.signal]);
    if (!over.aborted) await new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
    await running.stop();
    await work.release();
  }

  async function run(): Promise<void> {
    while (!isStopping()) {
      try {
        held = await soleWork.take(name);
        if (held) await doWhileHeld(held);
      } catch (error) {
        onError(error);
      } finally {
        held = undefined;
      }
      if (!isStopping()) await delay(ASK_AGAIN_MS, stopping.signal).catch(() => undefined);
    }
  }

  const ended = run();
  return {
    get held() {
      return held !== undefined;
    },
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
