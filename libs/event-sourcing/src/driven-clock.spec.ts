import { describe, expect, test } from '@jest/globals';
import { plusDays } from '#kernel';
import type { Instant } from '#kernel';
import { ClockGoesBackwards, createDrivenClock } from './driven-clock.ts';
import type { ClockParticipant, DrivenClock } from './driven-clock.ts';

const START = '2026-01-01T00:00:00.000Z' as Instant;
const day = (days: number) => plusDays(START, days);

/** Does each of its works once its time has come. */
function participant(name: string, clock: DrivenClock, log: string[], works: { at: Instant; then?: () => void }[]): ClockParticipant {
  return {
    name,
    nextDue: () => Promise.resolve(works.map(({ at }) => at).sort()[0]),
    settle() {
      const index = works.findIndex(({ at }) => at <= clock.now());
      if (index < 0) return Promise.resolve(false);
      const [work] = works.splice(index, 1);
      log.push(`${name} ${clock.now().slice(0, 10)}`);
      work!.then?.();
      return Promise.resolve(true);
    },
  };
}

describe('driven clock', () => {
  test('goes through every due moment of all participants in time order', async () => {
    const clock = await createDrivenClock({ start: START });
    const log: string[] = [];
    clock.register(participant('a', clock, log, [{ at: day(5) }, { at: day(1) }]));
    clock.register(participant('b', clock, log, [{ at: day(3) }, { at: day(9) }]));
    await clock.advanceTo(day(7));
    expect(log).toEqual(['a 2026-01-02', 'b 2026-01-04', 'a 2026-01-06']);
    expect(clock.now()).toBe(day(7));
  });

  test('work that causes work, also for others and at the same moment, is done before time goes on', async () => {
    const clock = await createDrivenClock({ start: START });
    const log: string[] = [];
    const works: { at: Instant }[] = [{ at: day(4) }];
    clock.register(participant('a', clock, log, works));
    clock.register(participant('b', clock, log, [{ at: day(2), then: () => works.push({ at: clock.now() }, { at: day(3) }) }]));
    await clock.advanceTo(day(4));
    expect(log).toEqual(['b 2026-01-03', 'a 2026-01-03', 'a 2026-01-04', 'a 2026-01-05']);
  });

  test('what is due at the start is done first; the same moment again is allowed, an earlier one is not', async () => {
    const clock = await createDrivenClock({ start: START });
    const log: string[] = [];
    clock.register(participant('a', clock, log, [{ at: START }]));
    await clock.advanceTo(START);
    expect(log).toEqual(['a 2026-01-01']);
    await expect(clock.advanceTo(plusDays(START, -1))).rejects.toBeInstanceOf(ClockGoesBackwards);
  });

  test('settling that waits for a move settles where the clock stands by then, and never asks it to go back', async () => {
    const clock = await createDrivenClock({ start: START });
    const settledAt: Instant[] = [];
    clock.register({
      name: 'a',
      nextDue: () => Promise.resolve(undefined),
      settle() {
        settledAt.push(clock.now());
        return Promise.resolve(false);
      },
    });
    await Promise.all([clock.advanceTo(day(3)), clock.settle()]);
    expect(settledAt).toEqual([START, day(3), day(3)]);
    expect(clock.now()).toBe(day(3));
  });

  test('is saved before the work of a moment, so that a killed service finds itself there', async () => {
    const saved: Instant[] = [];
    const store = {
      load: () => Promise.resolve(saved.at(-1)),
      save: (instant: Instant) => {
        saved.push(instant);
        return Promise.resolve();
      },
    };
    const clock = await createDrivenClock({ start: START, store });
    const seen: unknown[] = [];
    clock.register(participant('a', clock, [], [{ at: day(2), then: () => seen.push(saved.at(-1)) }]));
    clock.register({
      name: 'killed',
      nextDue: () => Promise.resolve(undefined),
      settle: () => (clock.now() < day(2) ? Promise.resolve(false) : Promise.reject(new Error('kill'))),
    });
    await expect(clock.advanceTo(day(7))).rejects.toThrow('kill');
    expect(seen).toEqual([day(2)]);
    expect((await createDrivenClock({ start: START, store })).now()).toBe(day(2));
  });

  test('two who advance at once do so one after another', async () => {
    const clock = await createDrivenClock({ start: START });
    const log: string[] = [];
    clock.register(participant('a', clock, log, [{ at: day(1) }, { at: day(3) }]));
    await Promise.all([clock.advanceTo(day(2)), clock.advanceTo(day(4))]);
    expect(log).toEqual(['a 2026-01-02', 'a 2026-01-04']);
  });

  test('a participant whose due time has passed and who can do nothing (paused) does not hold time up', async () => {
    const clock = await createDrivenClock({ start: START });
    clock.register({ name: 'paused', nextDue: () => Promise.resolve(START), settle: () => Promise.resolve(false) });
    await clock.advanceTo(day(1));
    expect(clock.now()).toBe(day(1));
  });

  test('work without end at one moment is named instead of hanging', async () => {
    const clock = await createDrivenClock({ start: START });
    clock.register({ name: 'restless', nextDue: () => Promise.resolve(undefined), settle: () => Promise.resolve(true) });
    await expect(clock.advanceTo(day(1))).rejects.toMatchObject({ code: 'clock-never-settles', busy: ['restless'] });
  });

  test('a halted clock ends its move where it stands', async () => {
    const clock = await createDrivenClock({ start: START });
    clock.register({
      name: 'stopping',
      nextDue: () => Promise.resolve(clock.now() < day(2) ? day(2) : undefined),
      settle: () => {
        if (clock.now() === day(2)) clock.halt();
        return Promise.resolve(false);
      },
    });
    clock.register(participant('later', clock, [], [{ at: day(3) }]));
    await expect(clock.advanceTo(day(7))).rejects.toMatchObject({ code: 'clock-halted', now: day(2) });
    expect(clock.now()).toBe(day(2));
  });

  test('whoever has left is not asked any more', async () => {
    const clock = await createDrivenClock({ start: START });
    const log: string[] = [];
    const leave = clock.register(participant('a', clock, log, [{ at: day(1) }]));
    leave();
    await clock.advanceTo(day(2));
    expect(log).toEqual([]);
  });
});
