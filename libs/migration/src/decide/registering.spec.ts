import { describe, expect, test } from '@jest/globals';
import { A, B, NATURAL_END, OTHER_SKU, START, Story, day, line, readyToBuy, target } from '../migrations-for-spec.ts';

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
