import { describe, expect, test } from '@jest/globals';
import { DEFAULT_POLICY } from '../index.ts';
import { A, NATURAL_END, OTHER_SKU, at, readyToBuy } from '../migrations-for-spec.ts';
import { planLine } from './planning.ts';

const planned = (story: ReturnType<typeof readyToBuy>, readyFrom: string | null = null) =>
  planLine(story.migration.lines[0]!, DEFAULT_POLICY, readyFrom === null ? null : at(readyFrom));

describe('the cutover window', () => {
  test('lies before the natural end, by the days of the policy', () => {
    expect(planned(readyToBuy())).toEqual({
      earliest: at('2026-12-18'),
      planned: at('2026-12-27'),
      lastSafe: at('2026-12-30'),
      naturalEnd: NATURAL_END,
    });
  });

  test('is earlier by the days of a license swap', () => {
    expect(planned(readyToBuy({}, { skuId: OTHER_SKU }))).toMatchObject({
      earliest: at('2026-12-16'),
      planned: at('2026-12-25'),
      lastSafe: at('2026-12-28'),
    });
  });

  test('is not before the customer has accepted, and follows what a person asked for', () => {
    expect(planned(readyToBuy(), '2026-12-29T10:00:00Z').planned).toBe(at('2026-12-29T10:00:00Z'));
    expect(
      planned(
        readyToBuy()
          .on('2026-12-10')
          .do({ type: 'ProvisionSubscription', originalSubscriptionId: A, notBefore: at('2026-12-12') }),
      ).planned,
    ).toBe(at('2026-12-12'));
  });

  test('is that of the real end where the original ended early: it is bought at once, and not a term later', () => {
    const early = readyToBuy().on('2026-12-10').original('cancelled', at('2026-12-10'));
    expect(planned(early)).toMatchObject({ planned: at('2026-12-05'), naturalEnd: at('2026-12-10') });
    expect(planned(early, '2026-12-08T10:00:00Z').planned).toBe(at('2026-12-08T10:00:00Z'));
  });

  test('of an original that ran out stays where it was, also when its report comes late', () => {
    expect(planned(readyToBuy().on('2027-01-03').original('expired', at('2027-01-03'))).naturalEnd).toBe(NATURAL_END);
  });

  test('moves with a renewal', () => {
    expect(planned(readyToBuy().original('renewed', at('2026-12-26'))).planned).toBe(at('2027-12-27'));
  });
});
