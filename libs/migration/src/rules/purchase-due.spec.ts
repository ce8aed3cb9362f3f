import { describe, expect, test } from '@jest/globals';
import { A, Story, at, readyToBuy } from '../migrations-for-spec.ts';
import { purchaseDueAt } from './purchase-due.ts';

const due = ({ migration }: Story): string | null => purchaseDueAt(migration.lines[0]!, migration);

describe('a line is due to be bought', () => {
  test('at its planned moment, or at once where that has passed at the acceptance', () => {
    expect(due(readyToBuy())).toBe(at('2026-12-27'));
    expect(due(new Story().registered().matched().invited().on('2026-12-30').accepted())).toBe(at('2026-12-30'));
  });

  test('again some minutes after a failure', () => {
    const story = readyToBuy()
      .bought()
      .do({ type: 'RecordOrderFailed', originalSubscriptionId: A, orderId: 'order 1', code: 'failed', detail: '' });
    expect(due(story)).toBe(at('2026-12-27T00:10:00Z'));
  });

  test('at once where an extended service term costs the customer more each month', () => {
    expect(due(readyToBuy().original('extended', at('2027-01-01T01:00:00Z')))).toBe(at('2026-12-27'));
  });

  test('not before acceptance, after a removal, without a target, once ordered or withdrawn', () => {
    const never: readonly Story[] = [
      new Story().registered().matched().invited(),
      readyToBuy().do({ type: 'RecordRelationshipRemoved', occurredAt: at('2026-12-26'), key: 'r' }),
      new Story().registered().invited().accepted(),
      readyToBuy().bought(),
      readyToBuy().bought().provisioned(),
      readyToBuy().do({ type: 'Withdraw', reason: 'stays' }),
    ];
    expect(never.map(due)).toEqual(never.map(() => null));
  });
});
