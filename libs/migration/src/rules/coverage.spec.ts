import { describe, expect, test } from '@jest/globals';
import { type Program, migrationViewOf } from '../index.ts';
import { NATURAL_END, START, Story, at, day, line, readyToBuy } from '../migrations-for-spec.ts';
import { gapOf, overlapCost, overlapOf } from './coverage.ts';

const strip = (story: Story): unknown[] =>
  migrationViewOf(story.migration, { updatedAt: story.now, version: 0 }, story.now).lineItems[0]!.coverage.map(
    ({ from, to, by, grace, planned }) => [from, to, `${by}${grace ? ' grace' : ''}${planned ? ' planned' : ''}`],
  );

describe('coverage', () => {
  test('of an active target goes from the original over both to the target', () => {
    expect(strip(readyToBuy().bought().provisioned())).toEqual([
      [START, at('2026-12-27'), 'original'],
      [at('2026-12-27'), NATURAL_END, 'both'],
      [NATURAL_END, null, 'target'],
    ]);
  });

  test('shows what is planned as planned, and nothing where nothing is on its way', () => {
    expect(strip(readyToBuy().on('2026-12-20'))).toEqual([
      [START, at('2026-12-27'), 'original'],
      [at('2026-12-27'), NATURAL_END, 'both planned'],
      [NATURAL_END, null, 'target planned'],
    ]);
    expect(strip(readyToBuy().do({ type: 'Hold', reason: 'wait', until: null }))).toEqual([
      [START, NATURAL_END, 'original'],
      [NATURAL_END, null, 'none'],
    ]);
  });

  test('shows a grace in which users work, and the time in which they do not', () => {
    const story = new Story().registered({ lines: [line({ program: 'open' as Program })] });
    expect(strip(story)).toEqual([
      [START, NATURAL_END, 'original'],
      [NATURAL_END, at('2027-01-31'), 'original grace'],
      [at('2027-01-31'), null, 'none'],
    ]);
  });

  test('of a term that ended before the registration begins with what there is then', () => {
    expect(strip(new Story().registered({ lines: [line({ termEnd: day('2026-08-15') })] }))).toEqual([[START, null, 'none']]);
    expect(strip(new Story().registered({ lines: [line({ program: 'ea' as Program, termEnd: day('2026-10-31') })] }))).toEqual([
      [START, at('2027-01-30'), 'original grace'],
      [at('2027-01-30'), null, 'none'],
    ]);
  });

  test('goes on without end where the original does', () => {
    expect(strip(readyToBuy().bought().provisioned().original('extended', at('2027-01-01T01:00:00Z'))).at(-1)).toEqual([
      at('2026-12-27'),
      null,
      'both',
    ]);
  });

  test('follows what becomes of the original before, during and after provisioning', () => {
    expect(strip(readyToBuy().on('2026-12-20').original('renewed', at('2026-12-19'), day('2027-12-31')))[0]).toEqual([
      START,
      at('2027-12-27'),
      'original',
    ]);
    expect(strip(readyToBuy().bought().original('cancelled', at('2026-12-27T00:00:00Z')).later(1).provisioned())).toEqual([
      [START, at('2026-12-27'), 'original'],
      [at('2026-12-27'), at('2026-12-28'), 'none'],
      [at('2026-12-28'), null, 'target'],
    ]);
    expect(strip(readyToBuy().bought().provisioned().later(1).original('cancelled'))).toEqual([
      [START, at('2026-12-27'), 'original'],
      [at('2026-12-27'), at('2026-12-28'), 'both'],
      [at('2026-12-28'), null, 'target'],
    ]);
  });

  test('stops with a decline, and begins anew where it is revived', () => {
    const story = new Story().registered().invited().later(2);
    story.do({ type: 'RecordDecline', occurredAt: story.now, key: 'd' });
    expect(strip(story)).toEqual([[START, story.now, 'original']]);
    expect(strip(story.later(1).accepted())).toEqual([
      [START, NATURAL_END, 'original'],
      [NATURAL_END, null, 'none'],
    ]);
  });
});

describe('gap and overlap', () => {
  test('are intervals: the one ends where the other begins', () => {
    const [early] = readyToBuy().bought().provisioned().migration.lines;
    const [late] = readyToBuy().on('2027-01-02').bought().provisioned().migration.lines;
    expect([gapOf(early!), overlapOf(early!)]).toEqual([null, { start: at('2026-12-27'), end: NATURAL_END }]);
    expect([gapOf(late!), overlapOf(late!)]).toEqual([{ start: NATURAL_END, end: at('2027-01-02') }, null]);
    expect(gapOf(late!, at('2027-01-01T12:00:00Z'))).toEqual({ start: NATURAL_END, end: at('2027-01-01T12:00:00Z') });
  });

  test('cost what the target’s seats cost for those days; nothing is told where no price is known', () => {
    const [priced] = readyToBuy().bought().provisioned().migration.lines;
    const [unpriced] = readyToBuy({}, { monthlyPrice: null }).bought().provisioned().migration.lines;
    expect([overlapCost(priced!, 365), overlapCost(unpriced!, 365)]).toEqual([20 * 12 * 25, null]);
  });
});
