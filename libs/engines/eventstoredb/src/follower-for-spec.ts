import { setTimeout as sleep } from 'node:timers/promises';
import { BEFORE_ALL, instantFromEpoch } from '#kernel';
import type { RecordedEvent } from '#kernel';
import { runSubscription } from '#event-sourcing';
import type { EventStore, RunningSubscription } from '#event-sourcing';

/** A reader as the service has them: it goes on from its checkpoint after each failure. */
export function follow(store: EventStore) {
  const seen: RecordedEvent[] = [];
  let position = BEFORE_ALL;
  let failures = 0;
  let progress: (() => void)[] = [];
  const wake = (): void => {
    for (const each of progress.splice(0)) each();
  };
  const running: RunningSubscription = runSubscription({
    store,
    checkpoint: async () => position,
    handle: async (batch) => {
      seen.push(...batch.events);
      position = batch.upTo;
      wake();
      return { kind: 'done' };
    },
    clock: { now: () => instantFromEpoch(0) },
    delay: async (ms, signal) => {
      await sleep(ms, undefined, { signal });
    },
    random: () => 0.5,
    backOff: { baseMs: 5, capMs: 50 },
    onError: () => {
      failures += 1;
      wake();
    },
  });
  async function until(reached: () => boolean): Promise<void> {
    while (!reached()) await new Promise<void>((resolve) => (progress = [...progress, resolve]));
  }
  return {
    running,
    events: seen,
    until: (count: number) => until(() => seen.length >= count),
    failures: () => failures,
    untilFailed: () => until(() => failures > 0),
  };
}
