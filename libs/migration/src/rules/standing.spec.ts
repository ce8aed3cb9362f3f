import { describe, expect, test } from '@jest/globals';
import { type Stage, closedAt, hasNeverEnded, isOpen, lineStageOf, stageOf } from '../index.ts';
import { A, B, at, NATURAL_END, OTHER_SKU, Story, line, readyToBuy } from '../migrations-for-spec.ts';

const FACTS = { targetActive: true, sameCustomer: true, activeSeats: 25, unlicensedUsers: 0, originalActive: true };
const swapped = (): Story => readyToBuy({}, { skuId: OTHER_SKU }).bought().provisioned();

describe('the stage', () => {
  const reached: readonly (readonly [Stage, () => Story])[] = [
    ['registered', () => new Story().registered()],
    ['requested', () => new Story().registered().invited()],
    ['accepted', () => readyToBuy()],
    ['provisioning', () => readyToBuy().purchaseStarted()],
    ['provisioning', () => readyToBuy().bought()],
    ['provisioned', () => readyToBuy().bought().provisioned()],
    ['provisioned', swapped],
    [
      'reassigning',
      () => swapped().do({ type: 'RecordReassignment', originalSubscriptionId: A, inScope: 2, reassigned: 1, failed: 0, complete: false }),
    ],
    ['overlapping', () => readyToBuy().bought().provisioned().do({ type: 'RecordEndingCheck', originalSubscriptionId: A, facts: FACTS })],
    ['completed', () => readyToBuy().bought().provisioned().on('2027-01-01').original('expired', NATURAL_END)],
    ['lapsed', () => new Story().registered().invited().later(30).do({ type: 'LapseInvitation' })],
    ['withdrawn', () => readyToBuy().do({ type: 'Withdraw', reason: 'stays' })],
  ];

  test.each(reached)('%s', (stage, reach) => {
    const { migration } = reach();
    expect([stageOf(migration), lineStageOf(migration.lines[0]!, migration)]).toEqual([stage, stage]);
  });

  test('is that of the line furthest behind once provisioning has begun', () => {
    const story = new Story()
      .registered({ lines: [line(), line({ originalSubscriptionId: B })] })
      .matched({}, A)
      .invited()
      .accepted()
      .on('2026-12-27')
      .bought()
      .provisioned(A);
    expect([stageOf(story.migration), lineStageOf(story.migration.lines[0]!, story.migration)]).toEqual(['accepted', 'provisioned']);
  });

  test('stays where it was while held', () => {
    expect(stageOf(readyToBuy().bought().do({ type: 'Hold', reason: 'wait', until: null }).migration)).toBe('provisioning');
  });
});

describe('the moment of the closing', () => {
  test('is the first of a lapse and a withdrawal, and gone with a revival', () => {
    const story = new Story().registered().invited().later(30).do({ type: 'LapseInvitation' });
    const lapsed = story.now;
    expect(closedAt(story.later(3).do({ type: 'Withdraw', reason: 'stays' }).migration)).toBe(lapsed);
    expect(closedAt(story.accepted().migration)).toBe(story.now);
    expect(closedAt(new Story().registered().invited().later(30).do({ type: 'LapseInvitation' }).accepted().migration)).toBeNull();
  });
});

describe('whether it can have ended before', () => {
  test('not while it was only asked for, accepted, ordered or held', () => {
    const stories = [new Story().registered(), new Story().registered().invited(), readyToBuy(), readyToBuy().bought()];
    expect(stories.map(({ migration }) => hasNeverEnded(migration))).toEqual([true, true, true, true]);
  });

  test('it can once an invitation was declined or lapsed, a target stands in place of an original, or somebody has withdrawn it', () => {
    const stories = [
      new Story()
        .registered()
        .invited()
        .do({ type: 'RecordDecline', occurredAt: at('2026-12-02'), key: 'k' })
        .accepted(),
      new Story().registered().invited().later(30).do({ type: 'LapseInvitation' }).accepted(),
      readyToBuy().bought().provisioned(),
      readyToBuy().do({ type: 'Withdraw', reason: 'stays' }),
    ];
    expect(stories.map(({ migration }) => hasNeverEnded(migration))).toEqual([false, false, false, false]);
    expect(isOpen(stories[0]!.migration)).toBe(true);
  });
});
