import { describe, expect, test } from '@jest/globals';
import { attentionsOf, riskAt, riskScheduleOf } from '../index.ts';
import { A, NATURAL_END, Story, at, readyToBuy } from '../migrations-for-spec.ts';

const codes = (story: Story): string[] => attentionsOf(story.migration, story.now).map(({ code }) => code);
const risk = (story: Story): string => riskAt(riskScheduleOf(story.migration, story.now), story.now);
const FACTS = { targetActive: true, sameCustomer: true, activeSeats: 25, unlicensedUsers: 0, originalActive: true };

describe('a person is asked', () => {
  test('about an offer without a target, an invitation without an address, and a removed relationship', () => {
    expect(
      codes(
        new Story().registered().do({ type: 'RecordOfferMatches', matches: [{ originalSubscriptionId: A, target: null, detail: '' }] }),
      ),
    ).toEqual(['offer-unmapped']);
    expect(codes(new Story().registered().do({ type: 'RecordInvitationSent', link: 'l', mailed: false }))).toEqual(['no-contact-email']);
    expect(codes(readyToBuy().do({ type: 'RecordRelationshipRemoved', occurredAt: at('2026-12-26'), key: 'r' }))).toEqual([
      'relationship-removed',
    ]);
  });

  test('about an original that may end and of which no mail could tell, until it has ended', () => {
    const told = (mailed: boolean): Story =>
      readyToBuy()
        .bought()
        .provisioned()
        .do({ type: 'RecordEndingCheck', originalSubscriptionId: A, facts: FACTS })
        .do({ type: 'RecordEndAdvised', originalSubscriptionId: A, mailed });
    expect(codes(told(true))).toEqual([]);
    expect(codes(told(false))).toEqual(['no-contact-email']);
    expect(codes(told(false).original('cancelled', at('2026-12-28')))).toEqual([]);
  });

  test('about a fact before the end that only a person can mend', () => {
    const active = (): Story => readyToBuy().bought().provisioned();
    expect(codes(active().do({ type: 'RecordEndingCheck', originalSubscriptionId: A, facts: { ...FACTS, activeSeats: 3 } }))).toEqual([
      'ending-refused-seats-sufficient',
    ]);
    expect(
      codes(active().do({ type: 'RecordEndingCheck', originalSubscriptionId: A, facts: { ...FACTS, originalActive: false } })),
    ).toEqual([]);
  });

  test('about an extended term until it is to be cancelled: it never ends by itself', () => {
    const story = readyToBuy().bought().provisioned().on('2027-01-02').original('extended', at('2027-01-01T01:00:00Z'));
    const choice = { type: 'ChooseOriginalEnd', originalSubscriptionId: A, acknowledgeNoRefund: true, facts: FACTS } as const;
    expect(codes(story.do({ ...choice, by: 'expiry' }))).toEqual(['original-extended']);
    expect(codes(story.do({ ...choice, by: 'cancellation' }))).toEqual([]);
  });

  test('about nothing once it is completed or closed', () => {
    expect(
      codes(
        readyToBuy().do(
          { type: 'RecordRelationshipRemoved', occurredAt: at('2026-12-26'), key: 'r' },
          { type: 'Withdraw', reason: 'stays' },
        ),
      ),
    ).toEqual([]);
    expect(codes(readyToBuy().bought().provisioned().on('2027-01-01').original('expired', NATURAL_END))).toEqual([]);
  });
});

describe('the risk', () => {
  test('rises towards the last safe moment and is a gap once one is told', () => {
    const story = new Story().registered().matched().invited();
    expect([
      risk(story),
      risk(story.on('2026-12-17')),
      risk(story.on('2026-12-25')),
      risk(story.on('2026-12-30').do({ type: 'AssessCoverage' })),
    ]).toEqual(['none', 'watch', 'act', 'gap']);
    expect(risk(readyToBuy().bought().provisioned())).toBe('none');
  });
});
