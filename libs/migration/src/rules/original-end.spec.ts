import { describe, expect, test } from '@jest/globals';
import { type Program, originalFrom } from '../index.ts';
import { NATURAL_END, at, day, readyToBuy } from '../migrations-for-spec.ts';
import { originalHasEnded, originalServiceOf } from './original-end.ts';

const lineAfter = (
  change: Parameters<typeof readyToBuy>[0],
  ...facts: readonly (readonly ['expiring' | 'expired' | 'cancelled' | 'renewed' | 'extended', string, string?])[]
) => {
  const story = readyToBuy(change);
  for (const [kind, occurredAt, termEnd] of facts) story.original(kind, at(occurredAt), termEnd ? day(termEnd) : null);
  return story.migration.lines[0]!;
};

describe('the end of an original', () => {
  test('is that of its last whole UTC day, whenever it is reported', () => {
    for (const reported of ['2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z', '2027-01-03T12:00:00Z']) {
      expect(originalFrom(lineAfter({}, ['expired', reported]))).toMatchObject({
        state: 'expired',
        termEnd: '2026-12-31',
        endedAt: NATURAL_END,
      });
    }
  });

  test('is earlier where it was reported earlier, and so is the grace', () => {
    const line = lineAfter({ program: 'open' as Program }, ['expired', '2026-12-10T00:00:00Z']);
    expect(originalFrom(line)).toMatchObject({ termEnd: '2026-12-09', endedAt: at('2026-12-10') });
    expect(originalServiceOf(line)).toEqual({ until: at('2026-12-10'), usersWorkUntil: at('2027-01-09'), certain: true });
  });

  test('of an extended service term is not before the extension', () => {
    expect(originalServiceOf(lineAfter({}, ['extended', '2027-01-01T01:00:00Z'])).until).toBeNull();
    expect(originalFrom(lineAfter({}, ['extended', '2027-01-01T01:00:00Z'], ['expired', '2027-02-01T05:00:00Z'])).endedAt).toBe(
      at('2027-02-01T05:00:00Z'),
    );
  });

  test.each<readonly [string, readonly (readonly ['extended' | 'expired', string, string?])[], string]>([
    [
      'was told before the natural end',
      [
        ['extended', '2026-12-31T20:00:00Z'],
        ['expired', '2027-02-28T12:00:00Z'],
      ],
      '2027-02-28T12:00:00Z',
    ],
    [
      'expired with the old end',
      [
        ['extended', '2026-12-31T20:00:00Z'],
        ['expired', '2027-02-28T12:00:00Z', '2026-12-31'],
      ],
      '2027-02-28T12:00:00Z',
    ],
    [
      'expired with an end of its own',
      [
        ['extended', '2026-12-31T20:00:00Z'],
        ['expired', '2027-03-01T12:00:00Z', '2027-02-28'],
      ],
      '2027-03-01',
    ],
    [
      'was told with its end',
      [
        ['extended', '2026-12-31T20:00:00Z', '2027-01-31'],
        ['expired', '2027-02-01T05:00:00Z'],
      ],
      '2027-02-01',
    ],
    [
      'was told again',
      [
        ['extended', '2026-12-31T20:00:00Z'],
        ['extended', '2027-01-31T20:00:00Z'],
        ['expired', '2027-02-28T12:00:00Z'],
      ],
      '2027-02-28T12:00:00Z',
    ],
  ])('of an extended service term that %s is its own', (_, facts, endedAt) => {
    expect(originalFrom(lineAfter({}, ...facts)).endedAt).toBe(at(endedAt));
  });

  test('by cancellation has no grace', () => {
    expect(originalServiceOf(lineAfter({ program: 'ea' as Program }, ['cancelled', '2026-12-28T10:00:00Z'])).usersWorkUntil).toBe(
      at('2026-12-28T10:00:00Z'),
    );
  });

  test('moves with a renewal, by a year where no other end is told, and is then only expected', () => {
    expect(originalFrom(lineAfter({}, ['renewed', '2027-01-01'])).termEnd).toBe('2027-12-31');
    expect(originalFrom(lineAfter({ termEnd: day('2028-02-29') }, ['renewed', '2028-03-01'])).termEnd).toBe('2029-02-28');
    expect(originalServiceOf(lineAfter({}, ['renewed', '2027-01-01', '2027-01-31']))).toMatchObject({
      until: at('2027-02-01'),
      certain: false,
    });
  });

  test('comes by the calendar alone only where the term does not renew by itself', () => {
    expect([originalHasEnded(lineAfter({}), NATURAL_END), originalHasEnded(lineAfter({ autoRenew: true }), NATURAL_END)]).toEqual([
      true,
      false,
    ]);
    expect(originalHasEnded(lineAfter({ autoRenew: true }, ['expired', '2027-01-01']), NATURAL_END)).toBe(true);
  });

  test('is corrected by what is told while it still runs, not after', () => {
    expect(originalFrom(lineAfter({}, ['expiring', '2026-12-20', '2027-01-15'])).termEnd).toBe('2027-01-15');
    expect(originalFrom(lineAfter({}, ['expired', '2027-01-01'], ['expiring', '2027-01-02', '2027-01-15'])).termEnd).toBe('2026-12-31');
  });
});
