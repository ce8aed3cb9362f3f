import { describe, expect, test } from '@jest/globals';
import { attentionsOf, planOf, purchaseDueAt } from '../index.ts';
import { A, B, NATURAL_END, START, Story, at, day, line } from '../migrations-for-spec.ts';
import { seatProblem } from './seats.ts';

/** Lines of one SKU with one 300-seat pool. */
function pooled(...lines: readonly Parameters<typeof line>[0][]): Story {
  const named = lines.map((change, index) => line({ originalSubscriptionId: [A, B, 'c'][index]!, ...change }));
  const story = new Story().registered({ lines: named });
  for (const known of named) story.matched({ seats: known.seats, seatPool: 300, maximumSeats: 300 }, known.originalSubscriptionId);
  return story.invited().accepted();
}
const codes = (story: Story): string[] => attentionsOf(story.migration, story.now).map(({ code }) => code);
const dueAt = (story: Story): (string | null)[] => story.migration.lines.map((known) => purchaseDueAt(known, story.migration));

describe('a small-business seat pool', () => {
  test('has room for target and original together, or the migration needs attention before anything is bought', () => {
    expect([codes(pooled({ seats: 150 })), codes(pooled({ seats: 151 }))]).toEqual([[], ['seat-pool-exceeded']]);
    expect(dueAt(pooled({ seats: 151 }))).toEqual([NATURAL_END]);
    expect(planOf(pooled({ seats: 151 }).migration, START).lines[0]).toMatchObject({
      action: 'resolve-limit',
      limitsHit: [{ code: 'seat-pool-exceeded' }],
    });
  });

  test('is shared by all lines of a customer: what does not fit together is seen before the first is bought', () => {
    const story = pooled({ seats: 100 }, { seats: 100 });
    expect(codes(story)).toEqual(['seat-pool-exceeded', 'seat-pool-exceeded']);
    expect(dueAt(story)).toEqual([NATURAL_END, NATURAL_END]);
  });

  test('has room again once the first original has ended', () => {
    const story = pooled({ seats: 100, termEnd: day('2026-12-15') }, { seats: 100 });
    expect(codes(story)).toEqual([]);
    expect(dueAt(story)).toEqual([at('2026-12-11'), at('2026-12-27')]);
    const other = pooled({ seats: 120, termEnd: day('2026-12-30') }, { seats: 90 });
    expect(dueAt(other)).toEqual([at('2026-12-31'), at('2026-12-31')]);
  });

  test('lets what a person asks for go first', () => {
    const story = pooled({ seats: 100 }, { seats: 100 }).do({ type: 'ProvisionSubscription', originalSubscriptionId: B, notBefore: null });
    expect(dueAt(story)).toEqual([NATURAL_END, START]);
    expect(story.purchaseStarted().migration.purchase?.lines.map((item) => item.originalSubscriptionId)).toEqual([B]);
  });

  test('is never waited for where an original does not end by itself', () => {
    const story = pooled({ seats: 200, autoRenew: true });
    expect([dueAt(story), codes(story)]).toEqual([[null], ['seat-pool-exceeded']]);
    story.on('2027-01-01T06:00:00Z').original('expired', NATURAL_END);
    expect([dueAt(story), codes(story)]).toEqual([[NATURAL_END], []]);
  });
});

describe('a SKU’s own limits', () => {
  test('are kept', () => {
    const [known] = new Story().registered().matched({ seats: 25, minimumSeats: 30 }).migration.lines;
    expect(seatProblem(known!, [known!], START)?.code).toBe('seats-out-of-range');
    expect(seatProblem({ ...known!, chosen: null }, [known!], START)).toBeNull();
  });
});
