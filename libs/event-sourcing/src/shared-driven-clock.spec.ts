import { describe, expect, test } from '@jest/globals';
import { type Instant, plusDays } from '#kernel';
import { ClockGoesBackwards, ClockHalted } from './driven-clock.ts';
import { FollowedClock } from './followed-clock.ts';
import { createSharedDrivenClock } from './shared-driven-clock.ts';
import { soleWorkOfOneProcess } from './sole-work.ts';

const START = '2026-01-01T00:00:00.000Z' as Instant;
const day = (days: number) => plusDays(START, days);
const noDelay = () => new Promise<void>((resolve) => setImmediate(resolve));

/** So many processes on one stored clock, each told at once of every move. */
function processes(many: number) {
  const followed = Array.from({ length: many }, () => new FollowedClock(START));
  let stands: Instant | undefined;
  const store = {
    load: () => Promise.resolve(stands),
    save(instant: Instant) {
      stands = instant;
      for (const each of followed) each.movedTo(instant);
      return Promise.resolve();
    },
  };
  const soleWork = soleWorkOfOneProcess();
  return followed.map((each) => ({ followed: each, clock: createSharedDrivenClock({ followed: each, store, soleWork, delay: noDelay }) }));
}

describe('followed clock', () => {
  test('rings what a move passed, once, and never goes back', async () => {
    const clock = new FollowedClock(START);
    const rung: string[] = [];
    clock.at(day(2), () => rung.push('second'));
    clock.at(day(1), () => rung.push('first'));
    const cancel = clock.at(day(1), () => rung.push('cancelled'));
    cancel();
    clock.movedTo(day(1));
    clock.movedTo(START);
    expect([clock.now(), rung]).toEqual([day(1), ['first']]);
    clock.at(START, () => rung.push('past'));
    await noDelay();
    expect(rung).toEqual(['first', 'past']);
    clock.movedTo(day(3));
    expect(rung).toEqual(['first', 'past', 'second']);
  });
});

describe('a driven clock that processes share', () => {
  test('goes on from where another process has moved it, one move at a time', async () => {
    const [a, b] = processes(2);
    const moments: string[] = [];
    let due: Instant | undefined = day(2);
    for (const { clock } of [a!, b!]) {
      clock.register({
        name: 'work',
        nextDue: () => Promise.resolve(due),
        settle() {
          if (due === undefined || due > clock.now()) return Promise.resolve(false);
          moments.push(clock.now());
          due = due === day(2) ? day(4) : undefined;
          return Promise.resolve(true);
        },
      });
    }
    await Promise.all([a!.clock.advanceTo(day(3)), b!.clock.advanceTo(day(5))]);
    expect(moments).toEqual([day(2), day(4)]);
    expect([a!.clock.now(), b!.clock.now()]).toEqual([day(5), day(5)]);
    await expect(a!.clock.advanceTo(day(3))).rejects.toBeInstanceOf(ClockGoesBackwards);
  });

  test('a halted one moves no more', async () => {
    const [a] = processes(1);
    a!.clock.register({ name: 'any', nextDue: () => Promise.resolve(undefined), settle: () => Promise.resolve(false) });
    a!.clock.halt();
    await expect(a!.clock.advanceTo(day(1))).rejects.toBeInstanceOf(ClockHalted);
    expect(a!.clock.now()).toBe(START);
  });
});
