import type { Clock, Instant, Position } from '#kernel';
import { backOffMs } from './back-off.ts';
import type { BackOff, Delay } from './back-off.ts';
import type { EventBatch, EventStore } from './event-store.ts';

/** What became of a batch. The loop owns what each means. */
export type BatchOutcome =
  | { readonly kind: 'done' }
  /** Not now: the subscription starts again from the checkpoint after the pause. */
  | { readonly kind: 'retry'; readonly afterMs: number; readonly reason: string }
  /** Never again without a person: the loop ends, and its health says why. */
  | { readonly kind: 'stop'; readonly reason: string };

export interface SubscriptionLoopOptions {
  readonly store: Pick<EventStore, 'subscribe' | 'head'>;
  /** Where to go on; asked at the start and after each failure, since only what was committed counts. */
  readonly checkpoint: () => Promise<Position>;
  /** Handles the batch and commits its checkpoint with it. Rejecting means: nothing was committed, try again. */
  readonly handle: (batch: EventBatch) => Promise<BatchOutcome>;
  readonly clock: Clock;
  readonly delay: Delay;
  /** In [0, 1). */
  readonly random: () => number;
  readonly batchSize?: number;
  /** Default 100 ms doubling to 10 s. */
  readonly backOff?: BackOff;
  readonly onError?: (error: unknown) => void;
}

export interface SubscriptionHealth {
  /** False when stopped, and from a failure until a batch is handled again or there is none left to handle. */
  readonly running: boolean;
  /** Everything up to here is handled; `undefined` until the checkpoint is read. */
  readonly position: Position | undefined;
  /** Since when there has been something left to handle; absent when caught up. */
  readonly lagSince?: Instant;
  readonly lastError?: { readonly message: string; readonly at: Instant };
}

export interface RunningSubscription {
  health(): SubscriptionHealth;
  /**
   * No further batch begins. The one in hand is either committed as a whole or, where its handler fails, left as a whole
   * to the next start. Resolves when the loop has ended.
   */
  stop(): Promise<void>;
  /** Resolves when the loop has ended, by `stop()` or by a handler's word. Never rejects. */
  readonly ended: Promise<void>;
}

class SubscriptionEnded extends Error {
  constructor() {
    super('the subscription ended without being asked to: subscribing again');
  }
}

/**
 * Runs a handler over the log from its checkpoint, for ever: a subscription that fails or ends by itself, and a batch
 * that fails, are taken up again from the checkpoint after a growing pause.
 */
export function runSubscription(options: SubscriptionLoopOptions): RunningSubscription {
  const { store, checkpoint, handle, clock, delay, random, batchSize = 500, backOff = { baseMs: 100, capMs: 10_000 }, onError } = options;
  const stopping = new AbortController();
  let position: Position | undefined;
  let lagSince: Instant | undefined;
  let lastError: SubscriptionHealth['lastError'];
  let running = true;
  let failures = 0;

  function recovered(): void {
    failures = 0;
    running = true;
    lastError = undefined;
  }

  function failed(error: unknown): void {
    failures += 1;
    running = false;
    lagSince ??= clock.now();
    lastError = { message: error instanceof Error ? error.message : String(error), at: clock.now() };
    onError?.(error);
  }

  /** One subscription's life. Returns how long to wait before the next one; `undefined` when there shall be none. */
  async function subscribeOnce(): Promise<number | undefined> {
    position = await checkpoint();
    if (failures > 0 && position >= (await store.head())) {
      lagSince = undefined;
      recovered();
    }
    for await (const batch of store.subscribe({ after: position, batchSize, signal: stopping.signal })) {
      if (stopping.signal.aborted) return undefined;
      lagSince ??= clock.now();
      const outcome = await handle(batch);
      if (outcome.kind === 'done') {
        position = batch.upTo;
        recovered();
        if (batch.caughtUp) lagSince = undefined;
        continue;
      }
      failed(new Error(outcome.reason));
      return outcome.kind === 'stop' ? undefined : outcome.afterMs;
    }
    if (stopping.signal.aborted) return undefined;
    throw new SubscriptionEnded();
  }

  const isStopping = () => stopping.signal.aborted;

  async function run(): Promise<void> {
    while (!isStopping()) {
      let waitMs: number | undefined;
      try {
        waitMs = await subscribeOnce();
        if (waitMs === undefined) break;
      } catch (error) {
        if (isStopping()) break;
        failed(error);
        waitMs = backOffMs(backOff, failures, random());
      }
      await delay(waitMs, stopping.signal).catch(() => undefined);
    }
    running = false;
  }

  const ended = run();
  return {
    ended,
    health: () => ({ running, position, ...(lagSince && { lagSince }), ...(lastError && { lastError }) }),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
