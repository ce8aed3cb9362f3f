import { describe, expect, test } from '@jest/globals';
import { attentionsOf, lineIsComplete, stageOf, toDosOf } from '../index.ts';
import { A, NATURAL_END, OTHER_SKU, type Story, at, day, readyToBuy } from '../migrations-for-spec.ts';

const FACTS = { targetActive: true, sameCustomer: true, activeSeats: 25, unlicensedUsers: 0, originalActive: true };
const kinds = (story: Story): string[] => toDosOf(story.migration).map((toDo) => toDo.kind);
const active = (): Story => readyToBuy().bought().provisioned();
const checked = (): Story => active().do({ type: 'RecordEndingCheck', originalSubscriptionId: A, facts: FACTS });
const cancel = {
  type: 'ChooseOriginalEnd',
  originalSubscriptionId: A,
  by: 'cancellation',
  acknowledgeNoRefund: true,
  facts: FACTS,
} as const;

describe('the check before an original ends', () => {
  test('is told when it changes, not each time it is made', () => {
    const story = active();
    const short = { type: 'RecordEndingCheck', originalSubscriptionId: A, facts: { ...FACTS, activeSeats: 20 } } as const;
    expect(story.whatIf(short)).toEqual(['migration.ending-refused.v1']);
    expect(story.do(short).whatIf(short)).toEqual([]);
    expect(story.whatIf({ ...short, facts: FACTS })).toEqual(['migration.ending-cleared.v1']);
  });

  test('has to be made anew once the original is another than it spoke of', () => {
    for (const change of ['renewed', 'extended'] as const) {
      const story = checked().original(change, at('2026-12-28'));
      expect(story.migration.lines[0]?.endingCheck).toBeNull();
      expect(story.whatIf({ type: 'RecordEndAdvised', originalSubscriptionId: A, mailed: true })).toBe('target-active');
    }
    expect(checked().original('expiring', at('2026-12-28'), day('2026-12-31')).migration.lines[0]?.endingCheck).not.toBeNull();
    expect(checked().original('expiring', at('2026-12-28'), day('2026-12-29')).migration.lines[0]?.endingCheck).toBeNull();
  });

  test('finds that seats which the order did not bring are there after all', () => {
    const story = readyToBuy().bought().provisioned(A, 20).on('2027-01-01T06:00:00Z').original('expired', NATURAL_END);
    expect([lineIsComplete(story.migration.lines[0]!), kinds(story)]).toEqual([false, ['check-ending']]);
    story.do({ type: 'RecordEndingCheck', originalSubscriptionId: A, facts: { ...FACTS, originalActive: false } });
    expect(stageOf(story.migration)).toBe('completed');
  });

  test('that finds the original gone has its end looked up at once', () => {
    const story = active().do({ type: 'RecordEndingCheck', originalSubscriptionId: A, facts: { ...FACTS, originalActive: false } });
    expect(toDosOf(story.migration).find((toDo) => toDo.kind === 'watch-original')?.dueAt).toBe(story.now);
  });
});

describe('choosing how an original ends', () => {
  test('by cancellation needs the acknowledgement first, then the six facts', () => {
    const story = active();
    expect(story.whatIf({ ...cancel, acknowledgeNoRefund: false })).toBe('no-refund-not-acknowledged');
    expect(story.whatIf({ ...cancel, facts: { ...FACTS, unlicensedUsers: 1 } })).toBe('users-licensed');
    expect(story.whatIf({ ...cancel, facts: { ...FACTS, sameCustomer: false, originalActive: false } })).toBe('same-customer');
    expect(story.whatIf({ ...cancel, facts: null })).toBe('target-active');
    expect(story.whatIf(cancel)).toBe('dates-leave-buffer');
    expect(story.later(1).do(cancel).told('migration.original-end-chosen.v1')).toMatchObject([{ by: 'cancellation', daysForfeited: 4 }]);
  });

  test('twice in the same way advises the customer once', () => {
    const story = active().later(2).do(cancel);
    expect(story.whatIf(cancel)).toEqual([]);
  });

  test('in another way has the facts read anew for that way', () => {
    const story = active()
      .later(2)
      .do(cancel)
      .do({ ...cancel, by: 'expiry' });
    expect(kinds(story)).toContain('check-ending');
    expect(story.whatIf({ type: 'RecordEndAdvised', originalSubscriptionId: A, mailed: true })).toBe('target-active');
  });

  test('by expiry is the default, and answers a renewal', () => {
    expect(active().whatIf({ ...cancel, by: 'expiry' })).toEqual([]);
    const story = active().original('renewed', at('2026-12-28'));
    expect(attentionsOf(story.migration, story.now).map((attention) => attention.code)).toEqual(['original-renewed']);
    story.on('2026-12-29').do({ ...cancel, by: 'expiry' });
    expect(attentionsOf(story.migration, story.now)).toEqual([]);
  });

  test('is refused for what has ended', () => {
    expect(
      readyToBuy()
        .original('cancelled', at('2026-12-20'))
        .whatIf({ ...cancel, by: 'expiry' }),
    ).toBe('original-ended');
  });
});

describe('license reassignment', () => {
  const moved = { type: 'RecordReassignment', originalSubscriptionId: A, inScope: 3, reassigned: 3, failed: 0, complete: true } as const;
  const different = (): Story => readyToBuy({}, { skuId: OTHER_SKU }).bought();

  test('is for another SKU, once the target is active', () => {
    expect(active().whatIf(moved)).toBe('same-offer');
    expect(different().whatIf(moved)).toBe('target-active');
  });

  test('is told when it starts, moves on and is complete', () => {
    const story = different()
      .provisioned()
      .do({ ...moved, reassigned: 0, complete: false }, { ...moved, reassigned: 2, failed: 1, complete: true }, moved);
    expect(story.types().filter((type) => type.includes('reassign'))).toEqual([
      'migration.reassignment-started.v1',
      'migration.reassignment-progressed.v1',
      'migration.licenses-reassigned.v1',
    ]);
    expect(story.whatIf(moved)).toEqual([]);
  });

  test('that is not complete keeps an original from being ended', () => {
    const story = different().provisioned().later(2);
    expect(story.whatIf(cancel)).toBe('users-licensed');
    expect(story.whatIf({ type: 'RecordEndingCheck', originalSubscriptionId: A, facts: FACTS })).toEqual(['migration.ending-refused.v1']);
  });
});
