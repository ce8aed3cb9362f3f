import type { Instant } from '#kernel';
import type { Delay } from './back-off.ts';
import { type ClockParticipant, type ClockStore, type DrivenClock, createDrivenClock } from './driven-clock.ts';
import type { FollowedClock } from './followed-clock.ts';
import type { HeldWork, SoleWork } from './sole-work.ts';

/** The clock of all processes is moved by one of them at a time. */
const MOVING_THE_CLOCK = 'clock';
const ASK_AGAIN_MS = 50;

export interface SharedDrivenClockOptions {
  /** What this process shows, and what it has heard of the others' moves. */
  readonly followed: FollowedClock;
  /** Where the clock of all processes stands: whoever saves there moves it for everybody. */
  readonly store: ClockStore;
  readonly soleWork: SoleWork;
  readonly delay: Delay;
}

/**
 * A driven clock that several processes share: moved through any of them, one at a time. Its participants watch what the
 * others do, since work is not only done here.
 */
export function createSharedDrivenClock({ followed, store, soleWork, delay }: SharedDrivenClockOptions): DrivenClock {
  const participants = new Set<ClockParticipant>();
  let moving: DrivenClock | undefined;
  let halted = false;

  async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
    let held: HeldWork | undefined;
    while ((held = await soleWork.take(MOVING_THE_CLOCK)) === undefined) await delay(ASK_AGAIN_MS, new AbortController().signal);
    try {
      return await work();
    } finally {
      await held.release();
    }
  }

  /** From where the clock stands by now: another process may have moved it since. */
  const move = (step: (clock: DrivenClock) => Promise<void>): Promise<void> =>
    alone(async () => {
      const clock = await createDrivenClock({
        start: followed.now(),
        store: {
          load: () => store.load(),
          async save(instant: Instant) {
            await store.save(instant);
            followed.movedTo(instant);
          },
        },
      });
      followed.movedTo(clock.now());
      for (const participant of participants) clock.register(participant);
      if (halted) clock.halt();
      moving = clock;
      try {
        await step(clock);
      } finally {
        moving = undefined;
      }
    });

  return {
    now: () => followed.now(),
    register(participant) {
      participants.add(participant);
      return () => participants.delete(participant);
    },
    advanceTo: (target) => move((clock) => clock.advanceTo(target)),
    settle: () => move((clock) => clock.settle()),
    halt() {
      halted = true;
      moving?.halt();
    },
  };
}
