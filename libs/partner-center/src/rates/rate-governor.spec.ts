import { describe, expect, test } from '@jest/globals';
import { OutsideFailure } from '../gateway.ts';
import { after, DrivenClock } from '../outside-for-spec.ts';
import { PUBLISHED_LIMITS, limitsOf } from './published-limits.ts';
import { createRateGovernor, type RateGovernor } from './rate-governor.ts';

function admitted(governor: RateGovernor, customer?: string): boolean | string {
  try {
    governor.admit('orders', customer);
    return true;
  } catch (failure) {
    if (failure instanceof OutsideFailure && failure.code === 'rate-budget') return failure.retryAt!;
    throw failure;
  }
}

const limit = { name: 'commerce', callClasses: ['orders', 'customers'], requests: 3, windowMs: 60_000, per: 'partner' } as const;

describe('limits of a process', () => {
  test('are the published ones, or its share of them, and never more', () => {
    expect(limitsOf(null)).toBe(PUBLISHED_LIMITS);
    expect(limitsOf(250).map(({ requests }) => requests)).toEqual([250]);
    expect(limitsOf(5_000).map(({ requests }) => requests)).toEqual([500]);
  });
});

describe('rate governor', () => {
  test('no minute, wherever it begins, holds more than the limit', () => {
    const clock = new DrivenClock();
    const governor = createRateGovernor({ clock, limits: [limit], marginMs: 0 });
    const sent: number[] = [];
    for (let second = 0; second < 600; second += 1) {
      while (admitted(governor) === true) sent.push(second);
      clock.advance(1_000);
    }
    for (const start of sent) expect(sent.filter((at) => at >= start && at < start + 60).length).toBeLessThanOrEqual(3);
    expect(sent).toHaveLength(30);
  });

  test('those turned away are told one slot after the other', () => {
    const clock = new DrivenClock();
    const governor = createRateGovernor({ clock, limits: [limit], marginMs: 0 });
    for (const wait of [0, 1_000, 1_000]) {
      clock.advance(wait);
      expect(admitted(governor)).toBe(true);
    }
    expect([1, 2, 3, 4].map(() => admitted(governor))).toEqual([after(60_000), after(61_000), after(62_000), after(120_000)]);
    expect(governor.counters().limits[0]).toMatchObject({ ceiling: 3, used: 3, admitted: 3, refused: 4 });
  });

  test('a waiting crowd that comes back when told uses the whole budget', () => {
    const clock = new DrivenClock();
    const governor = createRateGovernor({ clock, limits: [{ ...limit, requests: 500 }] });
    const due = Array.from({ length: 5_000 }, () => clock.now() as string);
    let made = 0;
    for (let second = 0; second < 300; second += 1) {
      for (let index = 0; index < due.length; index += 1) {
        if (due[index]! > clock.now()) continue;
        const outcome = admitted(governor);
        if (outcome === true) {
          made += 1;
          due.splice(index, 1);
          index -= 1;
        } else due[index] = outcome as string;
      }
      clock.advance(1_000);
    }
    expect(made).toBeGreaterThanOrEqual(0.95 * 500 * 5);
  });

  test('customers have their own budget where the limit says so', () => {
    const governor = createRateGovernor({ clock: new DrivenClock(), limits: [{ ...limit, requests: 1, per: 'partner-and-customer' }] });
    expect([admitted(governor, 'a'), admitted(governor, 'b')]).toEqual([true, true]);
    expect(admitted(governor, 'a')).not.toBe(true);
  });

  test('a Retry-After silences the class, a shorter one does not end it earlier', () => {
    const clock = new DrivenClock();
    const governor = createRateGovernor({ clock });
    governor.throttled('orders', undefined, after(30_000));
    governor.throttled('orders', undefined, after(10_000));
    expect(admitted(governor)).toBe(after(30_000));
    governor.admit('catalog');
    clock.advance(30_000);
    expect(admitted(governor)).toBe(true);
    expect(governor.counters().calls).toEqual([
      { callClass: 'orders', admitted: 1, refused: 1, throttled: 2 },
      { callClass: 'catalog', admitted: 1, refused: 0, throttled: 0 },
    ]);
  });

  test('classes share the budget of a limit that names both', () => {
    const governor = createRateGovernor({ clock: new DrivenClock(), limits: [limit] });
    for (const callClass of ['customers', 'orders', 'customers'] as const) governor.admit(callClass);
    expect(admitted(governor)).not.toBe(true);
  });

  test('one throttled customer does not hold back the others, three in a row hold back all', () => {
    const governor = createRateGovernor({ clock: new DrivenClock() });
    governor.throttled('orders', 'a', after(60_000));
    governor.throttled('orders', 'b', after(60_000));
    governor.answered('orders');
    governor.throttled('orders', 'c', after(60_000));
    expect([admitted(governor, 'a'), admitted(governor, 'd')]).toEqual([after(60_000), true]);
    governor.throttled('orders', 'e', after(60_000));
    governor.throttled('orders', 'f', after(90_000));
    expect([admitted(governor, 'a'), admitted(governor, 'd')]).toEqual([after(90_000), after(90_000)]);
  });

  test('a clock that is set back neither frees the window nor blocks it for longer than its length', () => {
    const clock = new DrivenClock();
    const governor = createRateGovernor({ clock, limits: [limit], marginMs: 0 });
    for (let call = 0; call < 3; call += 1) admitted(governor);
    governor.throttled('orders', undefined, after(20_000));
    clock.advance(-3_600_000);
    expect(admitted(governor)).not.toBe(true);
    clock.advance(59_999);
    expect(admitted(governor)).not.toBe(true);
    clock.advance(20_001);
    expect(admitted(governor)).toBe(true);
  });
});
