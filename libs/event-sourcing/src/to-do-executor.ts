import { plusMs } from '#kernel';
import type { Instant } from '#kernel';
import type { Delay } from './back-off.ts';
import type { ClockParticipant } from './driven-clock.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { attempt } from './to-do-attempt.ts';
import type { AttemptOptions } from './to-do-attempt.ts';
import type { Alarm, ToDo, ToDoResult, ToDoStore } from './to-do.ts';

export interface ToDoExecutorOptions extends AttemptOptions {
  readonly store: ToDoStore;
  readonly alarm: Alarm;
  /** Who claims. The same after a restart, where nobody else can be running; else one for each process. */
  readonly owner: string;
  /** To-dos in hand at a time. Default 32. */
  readonly concurrency?: number;
  /** Longer than any handler takes. Default 5 min, in the time of the service's clock. */
  readonly leaseMs?: number;
  /** For a store whose claims have to be renewed: how to wait between two beats, in real time. Default every 3 s. */
  readonly heartbeat?: { readonly delay: Delay; readonly everyMs?: number };
  readonly onSettled?: (toDo: ToDo, result: ToDoResult) => void;
  /** The to-do store or the projection failed; the lease gives the to-do back. */
  readonly onError?: (error: unknown) => void;
}

export interface ToDoExecutor {
  /** Works by itself from now on: what is due at once, the rest when the alarm rings or `wake` is called. */
  start(): void;
  /** There may be something due: a projection has written. Cheap, at any rate. */
  wake(): void;
  /** Carries out everything due at `now`, and what becomes due by it; resolves with the number of attempts when none is left. */
  runDue(now: Instant): Promise<number>;
  /** Takes nothing new in hand; what is in hand is finished. */
  pause(): void;
  resume(): void;
  /** Takes nothing new and finishes what is in hand; once `abandon` aborts, leaves it to its lease instead. */
  stop(abandon?: AbortSignal): Promise<void>;
  readonly state: { readonly paused: boolean; readonly inHand: number };
  /** For a driven clock, in place of `start`. */
  participant(): ClockParticipant;
}

const RETRY_STORE_MS = 1000;
const BEAT_MS = 3000;

export function createToDoExecutor(options: ToDoExecutorOptions): ToDoExecutor {
  const { store, alarm, owner, clock, concurrency = 32, leaseMs = 300_000, heartbeat, onSettled, onError } = options;
  const inHand = new Map<string, Promise<void>>();
  const bySubject = new KeyedQueue();
  const abandoned = new AbortController();
  /** Nothing is waited for any more: all is settled, or left to its lease. */
  const over = new AbortController();
  let beating: Promise<void> | undefined;
  let paused = false;
  let stopping = false;
  let loop: Promise<void> | undefined;
  let released = false;
  let change = Promise.withResolvers<undefined>();

  function wake(): void {
    change.resolve(undefined);
    change = Promise.withResolvers();
  }

  async function releaseOnce(): Promise<void> {
    if (released) return;
    await store.release?.(owner);
    released = true;
  }

  /** Takes what is due in hand, as far as there is room for it. Returns how many. */
  async function takeDue(now: Instant): Promise<number> {
    if (store.renew && heartbeat) beating ??= beatForEver(store.renew.bind(store), heartbeat);
    await releaseOnce();
    const room = concurrency - inHand.size;
    if (paused || stopping || room <= 0) return 0;
    const claimed = await store.claimDue(now, room, owner, plusMs(now, leaseMs));
    // A to-do whose lease ran out while it is still in hand here comes back: it stays in the hand it is in.
    const fresh = claimed.filter(({ id }) => !inHand.has(id));
    for (const toDo of fresh)
      inHand.set(
        toDo.id,
        bySubject.run(toDo.subjectId, () => carryOut(toDo)),
      );
    return fresh.length;
  }

  /** Keeps what is in hand, and looks for what another process had in hand and was not able to keep. */
  async function beatForEver(
    renew: NonNullable<ToDoStore['renew']>,
    { delay, everyMs = BEAT_MS }: NonNullable<ToDoExecutorOptions['heartbeat']>,
  ): Promise<void> {
    while (!over.signal.aborted) {
      await delay(everyMs, over.signal).catch(() => undefined);
      try {
        if (inHand.size > 0) await renew([...inHand.keys()], owner);
      } catch (error) {
        onError?.(error);
      }
      wake();
    }
  }

  /** What is due at this moment is done before the moment is over, also what another process is doing, or died doing. */
  async function waitForOthers(now: Instant): Promise<boolean> {
    if (!heartbeat || paused || stopping || !(await store.dueElsewhere?.(now))) return false;
    await heartbeat.delay(RETRY_STORE_MS, over.signal).catch(() => undefined);
    return true;
  }

  async function carryOut(toDo: ToDo): Promise<void> {
    try {
      if (stopping) {
        await store.settle(toDo.id, { kind: 'again', at: toDo.dueAt, attempts: toDo.attempts }, owner);
        return;
      }
      const { result, settlement } = await attempt(toDo, abandoned.signal, options);
      if (abandoned.signal.aborted) return;
      await store.settle(toDo.id, settlement, owner);
      onSettled?.(toDo, result);
    } catch (error) {
      onError?.(error);
    } finally {
      inHand.delete(toDo.id);
      wake();
    }
  }

  async function runDue(now: Instant): Promise<number> {
    for (let attempts = 0; ;) {
      const changed = change.promise;
      const taken = await takeDue(now);
      attempts += taken;
      if (taken > 0) continue;
      if (inHand.size > 0) await changed;
      else if (!(await waitForOthers(now))) return attempts;
    }
  }

  async function workForEver(): Promise<void> {
    while (!stopping) {
      const changed = change.promise;
      let cancelAlarm: () => void = () => undefined;
      try {
        if ((await takeDue(clock.now())) > 0) continue;
        if (!paused && inHand.size < concurrency) cancelAlarm = await setAlarm();
      } catch (error) {
        onError?.(error);
        cancelAlarm = alarm.at(plusMs(clock.now(), RETRY_STORE_MS), wake);
      }
      await changed;
      cancelAlarm();
    }
  }

  async function setAlarm(): Promise<() => void> {
    const due = await store.nextDue();
    if (due === undefined) return () => undefined;
    // Due already and yet not given out: it came in this moment, or its subject is busy elsewhere.
    const now = clock.now();
    return alarm.at(due > now ? due : plusMs(now, RETRY_STORE_MS), wake);
  }

  async function drain(): Promise<void> {
    await loop;
    while (inHand.size > 0) await Promise.all(inHand.values());
    over.abort();
    await beating;
  }

  return {
    start() {
      loop ??= workForEver();
    },
    wake,
    runDue,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      wake();
    },
    async stop(abandon) {
      stopping = true;
      wake();
      const drained = drain();
      const leave = Promise.withResolvers<undefined>();
      const onAbandon = () => {
        over.abort();
        abandoned.abort(abandon?.reason);
        leave.resolve(undefined);
      };
      if (abandon?.aborted) onAbandon();
      abandon?.addEventListener('abort', onAbandon, { once: true });
      await Promise.race([drained, leave.promise]);
      abandon?.removeEventListener('abort', onAbandon);
    },
    get state() {
      return { paused, inHand: inHand.size };
    },
    participant: () => ({
      name: 'to-dos',
      nextDue: async () => (paused ? undefined : store.nextDue()),
      settle: async () => (await runDue(clock.now())) > 0,
    }),
  };
}
