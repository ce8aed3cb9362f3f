import { describe, expect, test } from '@jest/globals';
import { attentionsOf, stageOf } from '../index.ts';
import { A, NATURAL_END, Story, at, day, line, readyToBuy } from '../migrations-for-spec.ts';

const assess = { type: 'AssessCoverage' } as const;
const gaps = (story: Story): string[] =>
  story
    .types()
    .filter((type) => type.includes('.gap-'))
    .map((type) => type.slice('migration.gap-'.length, -'.v1'.length));

describe('a gap', () => {
  test('is foreseen at the last safe moment, opens with the end, and closes with the target', () => {
    const story = readyToBuy()
      .on('2026-12-30')
      .do(assess)
      .later(0.5)
      .do(assess)
      .on('2027-01-01')
      .do(assess)
      .later(1)
      .bought()
      .provisioned();
    expect(gaps(story)).toEqual(['foreseen', 'opened', 'closed']);
    expect(story.told('migration.gap-closed.v1')).toMatchObject([{ start: NATURAL_END, end: at('2027-01-02'), seats: 25 }]);
  });

  test('that was foreseen stays so while it is bought, and is averted once the target is active', () => {
    const story = readyToBuy().on('2026-12-30').do(assess).purchaseStarted().cart();
    const { attempt, cartId } = story.migration.purchase!;
    story.do({
      type: 'RecordPurchaseOutcome',
      attempt,
      cartId,
      orders: [],
      failedLines: [{ lineNumber: 0, code: 'refused', detail: '', final: false }],
    });
    expect(gaps(story)).toEqual(['foreseen']);
    expect(gaps(story.later(0.5).bought().provisioned())).toEqual(['foreseen', 'averted']);
  });

  test('is not told for a line that is on its way before the end', () => {
    expect(gaps(readyToBuy().on('2026-12-30').bought().on('2026-12-31').do(assess).provisioned())).toEqual([]);
  });

  test('of another line does not hide behind a purchase', () => {
    const story = new Story()
      .registered({ lines: [line(), line({ originalSubscriptionId: 'b', skuId: 'none' })] })
      .matched({}, A)
      .invited()
      .accepted()
      .on('2026-12-30')
      .purchaseStarted();
    expect(story.told('migration.gap-foreseen.v1')).toMatchObject([{ originalSubscriptionId: 'b', cause: 'no target was chosen' }]);
  });

  test('that moves is averted and told anew', () => {
    const story = readyToBuy().on('2027-01-01').do(assess).later(1).original('renewed', NATURAL_END, day('2027-12-31'));
    expect(gaps(story)).toEqual(['opened', 'averted']);
    expect(gaps(story.on('2027-12-30').do(assess))).toEqual(['opened', 'averted', 'foreseen']);
  });

  test('of a term that renews by itself is real only by a report', () => {
    const story = readyToBuy({ autoRenew: true }).on('2027-01-01').do(assess).later(0.2).bought().provisioned();
    expect(gaps(story)).toEqual(['foreseen', 'foreseen']);
    expect(gaps(story.original('expired', NATURAL_END))).toEqual(['foreseen', 'foreseen', 'opened', 'closed']);
  });

  test('is foreseen by the end of the grace, where there is one', () => {
    const story = readyToBuy({ program: 'ea' }).on('2026-12-31').do(assess);
    expect(gaps(story)).toEqual([]);
    expect(gaps(story.on('2027-03-30').do(assess))).toEqual(['foreseen']);
  });

  test('ends where an unanswered invitation lapses, and goes on with a late acceptance', () => {
    const story = new Story(at('2026-12-10'))
      .registered({ at: at('2026-12-10') })
      .matched()
      .invited()
      .on('2027-01-02')
      .do(assess)
      .on('2027-01-09')
      .do({ type: 'LapseInvitation' });
    expect(story.told('migration.gap-closed.v1')).toMatchObject([{ start: NATURAL_END, end: at('2027-01-09') }]);
    expect(gaps(story.later(1).accepted())).toEqual(['opened', 'closed', 'opened']);
  });
});

describe('an overlap', () => {
  test('opens with the target and closes with the report of the end, priced by the day', () => {
    const story = readyToBuy().bought().provisioned().on('2027-01-01').do(assess);
    expect(story.types()).not.toContain('migration.overlap-closed.v1');
    story.later(0.25).original('expired', NATURAL_END);
    expect(story.told('migration.overlap-closed.v1')).toMatchObject([
      { start: at('2026-12-27'), end: NATURAL_END, days: 5, cost: 82.19, currency: 'USD' },
    ]);
  });
});

describe('an original that was extended before its natural end', () => {
  test('leaves no gap there, and overlaps up to its later end', () => {
    const story = readyToBuy().on('2026-12-31').do(assess).later(0.9).original('extended');
    expect(gaps(story)).toEqual(['foreseen', 'averted']);
    story.on('2027-01-20').bought().provisioned().on('2027-02-28').original('expired');
    expect(gaps(story)).toEqual(['foreseen', 'averted']);
    expect(story.told('migration.overlap-closed.v1')).toMatchObject([{ start: at('2027-01-20'), end: at('2027-02-28') }]);
  });
});

describe('completion', () => {
  test('comes with the last original’s end', () => {
    const story = readyToBuy().bought().provisioned().on('2027-01-01T06:00:00Z').original('expired', NATURAL_END);
    expect(story.types().at(-1)).toBe('migration.completed.v1');
  });

  test('is taken back where an original goes on after all, and a person is told', () => {
    const story = readyToBuy()
      .bought()
      .provisioned()
      .on('2027-01-01T06:00:00Z')
      .original('expired', NATURAL_END)
      .later(1)
      .original('renewed', at('2027-01-01T10:00:00Z'), day('2027-12-31'));
    expect([stageOf(story.migration), attentionsOf(story.migration, story.now).map(({ code }) => code)]).toEqual([
      'provisioned',
      ['original-renewed'],
    ]);
    expect(story.later(1).original('cancelled').types().at(-1)).toBe('migration.completed.v1');
  });

  test('does not hide a gap that a late report shows', () => {
    const story = readyToBuy().bought().later(1).provisioned().later(1).original('expired', at('2026-12-29'));
    expect(gaps(story)).toEqual([]);
    expect(gaps(story.later(1).original('cancelled', at('2026-12-27T12:00:00Z')))).toEqual(['opened', 'closed']);
  });
});
