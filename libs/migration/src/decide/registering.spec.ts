import { describe, expect, test } from '@jest/globals';
import { stageOf } from '../index.ts';
import { A, B, NATURAL_END, OTHER_SKU, START, Story, at, day, line, readyToBuy, target } from '../migrations-for-spec.ts';

describe('registering a customer', () => {
  test('begins one migration with its lines', () => {
    const story = new Story().registered({ lines: [line(), line({ originalSubscriptionId: B })] });
    expect(story.types()).toEqual(['migration.registered.v1']);
    expect(story.migration.lines.map((known) => known.originalSubscriptionId)).toEqual([A, B]);
  });

  test('is refused a second time, without lines, and with an original given twice', () => {
    expect(() => new Story().registered().registered()).toThrow('already-registered');
    expect(() => new Story().registered({ lines: [] })).toThrow('no-lines');
    expect(() => new Story().registered({ lines: [line(), line()] })).toThrow('original-registered-twice');
  });

  test('tells the gap of a term that ended up to 120 days ago from registration on', () => {
    const story = new Story().registered({ lines: [line({ termEnd: day('2026-08-15') })] });
    expect(story.told('migration.gap-opened.v1')).toMatchObject([{ start: START, end: null, seats: 25 }]);
  });
});

describe('adding lines', () => {
  test('leaves known originals as they are, and takes each new one once', () => {
    const story = new Story()
      .registered()
      .do({ type: 'AddLines', lines: [line({ seats: 99 }), line({ originalSubscriptionId: B }), line({ originalSubscriptionId: B })] });
    expect(story.migration.lines.map(({ originalSubscriptionId, seats }) => [originalSubscriptionId, seats])).toEqual([
      [A, 25],
      [B, 25],
    ]);
  });

  test('is refused once the migration is closed', () => {
    expect(
      new Story()
        .registered()
        .do({ type: 'Withdraw', reason: 'stays' })
        .whatIf({ type: 'AddLines', lines: [line({ originalSubscriptionId: B })] }),
    ).toBe('migration-closed');
  });
});

describe('a migration whose customer is registered anew', () => {
  const supersede = { type: 'Supersede', successorId: 'next' } as const;
  const ends: readonly (readonly [string, () => Story])[] = [
    ['declined', () => invited().do({ type: 'RecordDecline', occurredAt: START, key: 'm' })],
    ['lapsed', () => invited().later(30).do({ type: 'LapseInvitation' })],
    ['withdrawn', () => invited().do({ type: 'Withdraw', reason: 'stays' })],
    ['completed', () => readyToBuy().bought().provisioned().on('2027-01-01T06:00:00Z').original('expired', NATURAL_END)],
  ];
  const invited = (): Story => new Story().registered().invited();

  test('is superseded only once it is completed or closed', () => {
    for (const story of [new Story().registered(), invited(), readyToBuy()]) expect(story.whatIf(supersede)).toBe('already-registered');
  });

  test.each(ends)('%s: is revived by nothing, and stays as it is', (stage, end) => {
    const story = end().do(supersede).later(1);
    expect(story.told('migration.superseded.v1')).toMatchObject([{ successorId: 'next' }]);
    const at = { occurredAt: story.now, key: 'later' };
    for (const command of [
      { type: 'RequestReseller' },
      { type: 'RecordAcceptance', ...at },
      { type: 'RecordDecline', ...at },
      { type: 'RecordRelationshipRemoved', ...at },
      { type: 'AddLines', lines: [line({ originalSubscriptionId: B })] },
    ] as const)
      expect(story.whatIf(command)).toBe('superseded');
    // The invitation was on its way out when the migration ended.
    if (stage === 'declined' || stage === 'lapsed')
      expect(story.whatIf({ type: 'RecordInvitationSent', link: 'x', mailed: true })).toBe('superseded');
    expect(stageOf(story.migration)).toBe(stage);
  });

  test('answers a fact that it has already, and a second successor, with nothing', () => {
    const story = invited().do({ type: 'RecordDecline', occurredAt: START, key: 'm' }, supersede);
    expect(story.whatIf({ type: 'RecordDecline', occurredAt: START, key: 'm' })).toEqual([]);
    expect(story.whatIf({ ...supersede, successorId: 'another' })).toEqual([]);
  });

  test('goes on hearing of its originals: what was completed is open again when one is renewed late', () => {
    const story = ends[3]![1]().do(supersede).later(1).original('renewed', at('2027-01-02'), day('2027-12-31'));
    expect(story.types()).toContain('migration.reopened.v1');
  });
});

describe('choosing a target', () => {
  test('by a person stands against what the catalog says later', () => {
    const story = new Story()
      .registered()
      .do({ type: 'ChooseTarget', originalSubscriptionId: A, target: target({ skuId: OTHER_SKU }) })
      .matched();
    expect(story.migration.lines[0]?.chosen?.skuId).toBe(OTHER_SKU);
  });

  test('leaves an offer that is not sold to a person, told once', () => {
    const story = new Story().registered();
    for (let times = 0; times < 2; times += 1)
      story.do({ type: 'RecordOfferMatches', matches: [{ originalSubscriptionId: A, target: null, detail: 'not sold' }] });
    expect(story.told('migration.offer-unmapped.v1')).toHaveLength(1);
  });

  test('is refused outside the SKU’s seats, and once the line is being bought', () => {
    const tooFew = { type: 'ChooseTarget', originalSubscriptionId: A, target: target({ minimumSeats: 50 }) } as const;
    expect(new Story().registered().whatIf(tooFew)).toBe('seats-out-of-range');
    expect(
      readyToBuy()
        .purchaseStarted()
        .whatIf({ ...tooFew, target: target() }),
    ).toBe('target-ordered');
    expect(
      readyToBuy()
        .bought()
        .provisioned()
        .on('2027-01-01T06:00:00Z')
        .original('expired', NATURAL_END)
        .whatIf({ ...tooFew, target: target() }),
    ).toBe('migration-completed');
  });
});
