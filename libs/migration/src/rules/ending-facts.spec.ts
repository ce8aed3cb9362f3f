import { describe, expect, test } from '@jest/globals';
import { DEFAULT_POLICY, ENDING_FACTS, type EndingFact, type EndingFacts } from '../index.ts';
import { at, readyToBuy } from '../migrations-for-spec.ts';
import { failedEndingFact } from './ending-facts.ts';

const HOLD: EndingFacts = { targetActive: true, sameCustomer: true, activeSeats: 25, unlicensedUsers: 0, originalActive: true };
const [line] = readyToBuy().bought().provisioned().migration.lines;
const EARLY = at('2026-12-28');
const LATE = at('2026-12-31T00:00:01Z');

const failing: Readonly<Record<EndingFact, Partial<EndingFacts>>> = {
  'target-active': { targetActive: false },
  'same-customer': { sameCustomer: false },
  'seats-sufficient': { activeSeats: 24 },
  'users-licensed': { unlicensedUsers: 1 },
  'original-active': { originalActive: false },
  'dates-leave-buffer': {},
};

describe('the six facts', () => {
  test('let an original end when all hold', () => {
    expect(failedEndingFact(line!, DEFAULT_POLICY, HOLD, 'expiry', EARLY)).toBeNull();
    expect(failedEndingFact(line!, DEFAULT_POLICY, HOLD, 'cancellation', EARLY)).toBeNull();
  });

  test.each(ENDING_FACTS)('%s is named when it is the first that fails', (fact) => {
    const later = ENDING_FACTS.slice(ENDING_FACTS.indexOf(fact));
    const facts = later.reduce((all, next) => ({ ...all, ...failing[next] }), HOLD);
    expect(failedEndingFact(line!, DEFAULT_POLICY, facts, 'expiry', LATE)?.fact).toBe(fact);
    expect(
      failedEndingFact(line!, DEFAULT_POLICY, { ...HOLD, ...failing[fact] }, 'expiry', fact === 'dates-leave-buffer' ? LATE : EARLY)?.fact,
    ).toBe(fact);
  });

  test('leave the buffer between the target’s first moment and a cancellation, too', () => {
    expect(failedEndingFact(line!, DEFAULT_POLICY, HOLD, 'cancellation', at('2026-12-27T23:59:59Z'))?.fact).toBe('dates-leave-buffer');
  });

  test('need a target at all', () => {
    expect(failedEndingFact(readyToBuy().migration.lines[0]!, DEFAULT_POLICY, HOLD, 'expiry', EARLY)?.fact).toBe('target-active');
  });
});
