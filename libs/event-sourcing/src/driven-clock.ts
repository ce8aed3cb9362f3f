import type { Clock, Instant } from '#kernel';
import { KeyedQueue } from './keyed-queue.ts';

/** A part of the service that has work at certain times, or because others had. */
export interface ClockParticipant {
  readonly name: string;
  /** When it has something to do next; `undefined` when it waits for nothing but others. */
  nextDue(): Promise<Instant | undefined>;
  /** Does all it can at this moment, to the end. True when it did something, which may give others something to do. */
  settle(): Promise<boolean>;
}

/** Where the clock stands, kept over restarts. */
export interface ClockStore {
  load(): Promise<Instant | undefined>;
  save(instant: Instant): Promise<void>;
}

export interface DrivenClock extends Clock {
  /** Returns the way to leave. Participants settle in the order of their registration. */
  register(participant: ClockParticipant): () => void;
  /**
   * Moves to the target through every moment at which a participant has something due, in time order, and resolves when
   * nobody has anything left to do at or before it. Calls queue up.
   * @throws ClockGoesBackwards, ClockNeverSettles, ClockHalted
   */
  advanceTo(target: Instant): Promise<void>;
  /** Stands still for good: a move under way ends at the moment it has reached, with what was begun there. For a stop. */
  halt(): void;
  /** Lets everybody do what is due where the clock stands by then. Queues up with the moves. @throws ClockNeverSettles */
  settle(): Promise<void>;
}

export class ClockGoesBackwards extends Error {
  readonly code = 'clock-goes-backwards';
  constructor(
    readonly now: Instant,
    readonly target: Instant,
  ) {
    super(`the clock stands at ${now} and moves forward only: ${target} is past`);
  }
}

export class ClockNeverSettles extends Error {
  readonly code = 'clock-never-settles';
  constructor(
    readonly now: Instant,
    readonly busy: readonly string[],
  ) {
    super(`at ${now} there is always more to do for ${busy.join(', ')}: their work must end, or be due later`);
  }
}

/** The service is stopping: the clock stays where it stands, and goes on from there at the next start. */
export class ClockHalted extends Error {
  readonly code = 'clock-halted';
  constructor(readonly now: Instant) {
    super(`the clock was halted at ${now} because the service is stopping: move it on after the next start`);
  }
}

/** Rounds at one moment: far more than any chain of causes needs. */
const MOST_ROUNDS = 100_000;
const ONE_AT_A_TIME = 'advance';

/** A clock that moves only when told. Starts where the store says it stood, else at `start`. */
export async function createDrivenClock({ start, store }: { start: Instant; store?: ClockStore }): Promise<DrivenClock> {
  let now = (await store?.load()) ?? start;
  const participants = new Set<ClockParticipant>();
  const advancing = new KeyedQueue();
  let halted = false;

  async function settle(): Promise<void> {
    for (let rounds = 0; ; rounds += 1) {
      const busy: string[] = [];
      for (const participant of participants) {
        if (halted) throw new ClockHalted(now);
        if (await participant.settle()) busy.push(participant.name);
      }
      if (busy.length === 0) return;
      if (rounds >= MOST_ROUNDS) throw new ClockNeverSettles(now, busy);
    }
  }

  /** The next moment after now at which somebody has something to do, the target at the latest. */
  async function nextMoment(target: Instant): Promise<Instant> {
    let next = target;
    for (const participant of participants) {
      const due = await participant.nextDue();
      if (due !== undefined && due > now && due < next) next = due;
    }
    return next;
  }

  /** Saved before the work of that moment: whoever is killed in it finds itself there again. */
  async function moveTo(instant: Instant): Promise<void> {
    await store?.save(instant);
    now = instant;
  }

  async function advance(target: Instant): Promise<void> {
    if (target < now) throw new ClockGoesBackwards(now, target);
    await settle();
    while (now < target) {
      await moveTo(await nextMoment(target));
      await settle();
    }
  }

  return {
    now: () => now,
    register(participant) {
      participants.add(participant);
      return () => participants.delete(participant);
    },
    advanceTo: (target) => advancing.run(ONE_AT_A_TIME, () => advance(target)),
    settle: () => advancing.run(ONE_AT_A_TIME, settle),
    halt() {
      halted = true;
    },
  };
}
