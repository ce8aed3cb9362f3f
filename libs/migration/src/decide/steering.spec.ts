import { describe, expect, test } from '@jest/globals';
import { attentionsOf, coverageOf, migrationDecider, migrationViewOf, stageOf, toDosOf } from '../index.ts';
import { A, NATURAL_END, Story, at, readyToBuy } from '../migrations-for-spec.ts';

const kinds = (story: Story): string[] => toDosOf(story.migration).map((toDo) => toDo.kind);
const raise = {
  type: 'RaiseAttention',
  kind: 'send-invitation',
  originalSubscriptionId: null,
  code: 'mail-refused',
  detail: 'the mailbox is full',
} as const;

describe('attention', () => {
  test('is raised once for one cause, and taken back once', () => {
    const story = new Story().registered().do(raise);
    expect(story.whatIf(raise)).toEqual([]);
    expect(story.whatIf({ ...raise, code: 'other' })).toEqual(['migration.attention-raised.v1']);
    expect(
      story
        .do({ type: 'ClearAttention', kind: raise.kind, originalSubscriptionId: null })
        .whatIf({ type: 'ClearAttention', kind: raise.kind, originalSubscriptionId: null }),
    ).toEqual([]);
  });

  test('ends with the work that it is about', () => {
    const story = new Story().registered().do(raise);
    expect(attentionsOf(story.migration, story.now).map(({ code }) => code)).toEqual(['mail-refused']);
    expect(attentionsOf(story.accepted().migration, story.now)).toEqual([]);
  });

  test('is not raised for what is closed', () => {
    expect(new Story().registered().do({ type: 'Withdraw', reason: 'stays' }).whatIf(raise)).toEqual([]);
  });
});

describe('retrying', () => {
  test('gives all work new ids, so that it is tried afresh', () => {
    const story = new Story().registered();
    const before = toDosOf(story.migration).map((toDo) => toDo.id);
    const after = toDosOf(story.do({ type: 'Retry' }).migration).map((toDo) => toDo.id);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
  });
});

describe('holding', () => {
  test('pauses what acts, keeps what looks, and ends at its moment', () => {
    const bought = readyToBuy()
      .bought()
      .do({ type: 'Hold', reason: 'wait', until: at('2026-12-29') });
    expect(kinds(bought)).toEqual(['resume', 'follow-order', 'watch-original', 'assess-coverage']);
    expect(kinds(bought.on('2026-12-29').do({ type: 'Resume' }))).toEqual(['follow-order', 'watch-original', 'assess-coverage']);
  });

  test('keeps an open purchase where it stands', () => {
    const story = readyToBuy().purchaseStarted().cart().do({ type: 'Hold', reason: 'wait', until: null });
    expect(kinds(story)).not.toContain('check-out');
    expect(kinds(story.do({ type: 'Resume' }))).toContain('check-out');
  });

  test('is refused until a moment that has passed; resuming, where nothing is held', () => {
    const story = readyToBuy();
    expect(story.whatIf({ type: 'Hold', reason: 'wait', until: story.now })).toBe('hold-until-past');
    expect(story.whatIf({ type: 'Resume' })).toBe('not-on-hold');
    expect(story.do({ type: 'Hold', reason: 'wait', until: null }).whatIf({ type: 'Hold', reason: 'wait', until: null })).toEqual([]);
  });
});

describe('withdrawing', () => {
  const withdraw = { type: 'Withdraw', reason: 'stays' } as const;

  test('closes the migration in every state before its completion', () => {
    const states: readonly (() => Story)[] = [
      () => new Story().registered(),
      () => new Story().registered().invited(),
      () => new Story().registered().invited().later(30).do({ type: 'LapseInvitation' }),
      () => readyToBuy(),
      () => readyToBuy().purchaseStarted(),
      () => readyToBuy().bought(),
      () => readyToBuy().bought().provisioned(),
      () => readyToBuy().do({ type: 'Hold', reason: 'wait', until: null }),
    ];
    for (const reached of states) {
      const story = reached().do(withdraw);
      expect([stageOf(story.migration), toDosOf(story.migration)]).toEqual(['withdrawn', []]);
      expect(migrationViewOf(story.migration, { updatedAt: story.now, version: 0 }, story.now).onHold).toBe(false);
      expect(story.whatIf(withdraw)).toBe('migration-closed');
    }
  });

  test('waits for the answer of a cart that is recorded, so that no order is left unseen', () => {
    const story = readyToBuy().purchaseStarted().cart();
    expect([story.whatIf(withdraw), story.later(30).whatIf(withdraw)]).toEqual(['purchase-open', 'purchase-open']);
    expect(story.do({ type: 'Hold', reason: 'wait', until: null }).whatIf(withdraw)).toBe('purchase-open');
  });

  test('waits for the end of a cart that is never asked again: the customer removed the relationship', () => {
    const story = readyToBuy().purchaseStarted().later(1).cart('cart 1').later(1);
    story.do({ type: 'RecordRelationshipRemoved', occurredAt: story.now, key: 'r' });
    const refused = migrationDecider.decide({ ...withdraw, at: story.now }, story.migration);
    const hint = 'look in Partner Center whether it was ordered';
    expect(refused).toMatchObject({ refusal: { code: 'purchase-open', detail: expect.stringContaining('2027-01-04T00:00:00.000Z') } });
    expect(refused).toMatchObject({ refusal: { detail: expect.stringContaining(hint) } });
    expect(attentionsOf(story.migration, story.now)[0]).toMatchObject({
      code: 'relationship-removed',
      detail: expect.stringContaining(`cart 1 has no answer: ${hint}`),
    });
    expect(story.on('2027-01-03T23:59:00Z').whatIf(withdraw)).toBe('purchase-open');
    story.on('2027-01-04').do(withdraw);
    expect(stageOf(story.migration)).toBe('withdrawn');
    expect(story.ordered().types().slice(-2)).toEqual(['migration.order-placed.v1', 'migration.purchase-closed.v1']);
  });

  test('is refused once completed', () => {
    expect(readyToBuy().bought().provisioned().on('2027-01-01T06:00:00Z').original('expired', NATURAL_END).whatIf(withdraw)).toBe(
      'migration-completed',
    );
  });

  test('ends coverage, the overlap and a foreseen gap', () => {
    const overlap = readyToBuy().bought().provisioned().later(2).do(withdraw);
    expect(overlap.told('migration.overlap-closed.v1')).toMatchObject([{ start: at('2026-12-27'), end: at('2026-12-29'), days: 2 }]);
    const [line] = overlap.migration.lines;
    expect(coverageOf({ line: line!, plannedFrom: null, stopsAt: overlap.now }).at(-1)).toMatchObject({ by: 'both', to: overlap.now });
    const gap = readyToBuy().on('2026-12-31').do({ type: 'AssessCoverage' }, withdraw);
    expect(gap.types().slice(-3)).toEqual(['migration.gap-foreseen.v1', 'migration.withdrawn.v1', 'migration.gap-averted.v1']);
    expect(gap.migration.lines[0]?.originalSubscriptionId).toBe(A);
  });
});
