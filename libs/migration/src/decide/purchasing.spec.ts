import { describe, expect, test } from '@jest/globals';
import type { Instant } from '#kernel';
import { attentionsOf, toDosOf } from '../index.ts';
import { A, B, START, Story, at, day, line, readyToBuy, target } from '../migrations-for-spec.ts';

const kinds = (story: Story): string[] => toDosOf(story.migration).map((toDo) => toDo.kind);
const codes = (story: Story): string[] => attentionsOf(story.migration, story.now).map((attention) => attention.code);
const start = { type: 'StartPurchase', freshCatalogItems: { [A]: 'P:0001:NEW', [B]: 'P:0001:NEW' } } as const;

describe('beginning a purchase', () => {
  test('is refused before acceptance, after a removal, on hold, and before a line is due', () => {
    expect(new Story().registered().matched().whatIf(start)).toBe('not-accepted');
    expect(
      readyToBuy()
        .do({ type: 'RecordRelationshipRemoved', occurredAt: at('2026-12-26'), key: 'r' })
        .whatIf(start),
    ).toBe('relationship-removed');
    expect(readyToBuy().do({ type: 'Hold', reason: 'wait', until: null }).whatIf(start)).toBe('on-hold');
    expect(readyToBuy().on('2026-12-26').whatIf(start)).toBe('nothing-due');
  });

  test('takes every due line at once, and waits for its answer before another one begins', () => {
    const story = new Story()
      .registered({ lines: [line(), line({ originalSubscriptionId: B })] })
      .matched()
      .invited()
      .accepted()
      .on('2026-12-27')
      .purchaseStarted();
    expect(story.migration.purchase?.lines.map((item) => [item.lineNumber, item.originalSubscriptionId, item.quantity])).toEqual([
      [0, A, 25],
      [1, B, 25],
    ]);
    expect(story.whatIf(start)).toBe('purchase-open');
  });
});

describe('a cart', () => {
  test('whose recording was lost is made again; the first one that is recorded stands', () => {
    const story = readyToBuy().purchaseStarted().cart('cart 2');
    expect(story.whatIf({ type: 'RecordCartCreated', attempt: 1, cartId: 'cart 1' })).toEqual([]);
    expect(kinds(story)).toContain('check-out');
  });

  test('that comes after a withdrawal is refused, so that nobody checks it out', () => {
    const story = readyToBuy().purchaseStarted().do({ type: 'Withdraw', reason: 'stays' });
    expect(story.whatIf({ type: 'RecordCartCreated', attempt: 1, cartId: 'c' })).toBe('migration-closed');
  });
});

describe('the outcome of a purchase', () => {
  const two = (): Story =>
    new Story()
      .registered({ lines: [line(), line({ originalSubscriptionId: B })] })
      .matched()
      .invited()
      .accepted()
      .on('2026-12-27')
      .purchaseStarted()
      .cart('c');
  const outcome = { type: 'RecordPurchaseOutcome', attempt: 1, cartId: 'c' } as const;
  const failed = { lineNumber: 1, code: 'refused', detail: '', final: false };

  test('of a partial checkout orders what went through and buys the rest anew', () => {
    const story = two().do({ ...outcome, orders: [{ orderId: 'o', lineNumbers: [0] }], failedLines: [failed] });
    expect(story.migration.lines.map(({ order, failures }) => [order?.orderId, failures])).toEqual([
      ['o', 0],
      [undefined, 1],
    ]);
    expect(kinds(story)).toEqual(expect.arrayContaining(['follow-order', 'start-purchase']));
    story.later(1).purchaseStarted();
    expect(story.migration.purchase?.lines.map((item) => item.originalSubscriptionId)).toEqual([B]);
  });

  test('is refused where it leaves a line out, names one twice, or is of another cart', () => {
    expect(two().whatIf({ ...outcome, orders: [{ orderId: 'o', lineNumbers: [0] }], failedLines: [] })).toBe('outcome-incomplete');
    expect(two().whatIf({ ...outcome, orders: [{ orderId: 'o', lineNumbers: [0, 1] }], failedLines: [failed] })).toBe('outcome-incomplete');
    expect(two().whatIf({ ...outcome, cartId: 'other', orders: [{ orderId: 'o', lineNumbers: [0, 1] }], failedLines: [] })).toBe(
      'cart-not-recorded',
    );
    expect(two().whatIf({ ...outcome, cartId: null, orders: [], failedLines: [failed, { ...failed, lineNumber: 0 }] })).toBe(
      'cart-not-recorded',
    );
  });

  test('of a cart with bad lines fails those alone', () => {
    const story = readyToBuy()
      .purchaseStarted()
      .do({ ...outcome, cartId: null, orders: [], failedLines: [{ ...failed, lineNumber: 0 }] });
    expect(story.types().slice(-2)).toEqual(['migration.purchase-failed.v1', 'migration.purchase-closed.v1']);
  });

  test('that comes twice changes nothing the second time', () => {
    const answer = { ...outcome, orders: [{ orderId: 'o', lineNumbers: [0, 1] }], failedLines: [] };
    expect(two().do(answer).whatIf(answer)).toEqual([]);
  });

  test('asks for a person after the last attempt, and begins afresh when the person says so', () => {
    const story = readyToBuy();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      story
        .purchaseStarted()
        .cart('c')
        .do({ ...outcome, attempt, orders: [], failedLines: [{ ...failed, lineNumber: 0 }] })
        .later(0.1);
    }
    expect([kinds(story).includes('start-purchase'), codes(story)]).toEqual([false, ['purchase-failed']]);
    expect(kinds(new Story(story.now).adopt(story).do({ type: 'Retry' }))).toContain('start-purchase');
    expect(
      kinds(new Story(story.now).adopt(story).do({ type: 'ProvisionSubscription', originalSubscriptionId: A, notBefore: null })),
    ).toContain('start-purchase');
  });
});

describe('an order', () => {
  test('that ends without a subscription is bought anew; that of another line or time changes nothing', () => {
    const story = readyToBuy().bought();
    expect(story.whatIf({ type: 'RecordOrderFailed', originalSubscriptionId: A, orderId: 'other', code: '', detail: '' })).toEqual([]);
    story.do({ type: 'RecordOrderFailed', originalSubscriptionId: A, orderId: 'order 1', code: 'order-failed', detail: '' });
    expect(story.migration.lines[0]).toMatchObject({ order: null, failures: 1 });
    expect(kinds(story)).toContain('start-purchase');
  });

  test('provisions its line once', () => {
    const story = readyToBuy().bought();
    const provisioned = {
      type: 'RecordSubscriptionProvisioned',
      originalSubscriptionId: A,
      orderId: 'order 1',
      subscriptionId: 's',
      quantity: 25,
      commitmentEnd: day('2027-12-26'),
    } as const;
    expect(story.whatIf({ ...provisioned, orderId: 'other' })).toBe('no-such-order');
    expect(story.do(provisioned).whatIf(provisioned)).toEqual([]);
  });

  test('is provided for since the target is active, however late it was seen, and never from later on', () => {
    const activeSince = (activeAt?: Instant) => {
      const story = readyToBuy().on('2026-12-31').bought().on('2027-01-03');
      story.do({
        type: 'RecordSubscriptionProvisioned',
        originalSubscriptionId: A,
        orderId: 'order 1',
        subscriptionId: 's',
        quantity: 25,
        commitmentEnd: day('2027-12-26'),
        ...(activeAt && { activeAt }),
      });
      return [story.migration.lines[0]!.subscription!.activeAt, story.told('migration.gap-closed.v1').length];
    };
    expect(activeSince(at('2026-12-31T12:00:00Z'))).toEqual([at('2026-12-31T12:00:00Z'), 0]);
    expect(activeSince(at('2027-01-04'))).toEqual([at('2027-01-03'), 1]);
    expect(activeSince()).toEqual([at('2027-01-03'), 1]);
  });
});

describe('asking to provision now or later', () => {
  const ask = { type: 'ProvisionSubscription', originalSubscriptionId: null, notBefore: null } as const;

  test('moves the purchase to that moment', () => {
    const story = readyToBuy()
      .on('2026-12-05')
      .do({ ...ask, notBefore: at('2026-12-10') });
    expect(toDosOf(story.migration).find((toDo) => toDo.kind === 'start-purchase')?.dueAt).toBe(at('2026-12-10'));
  });

  test('is refused for what is ordered, has no target, or does not exist', () => {
    expect(readyToBuy().bought().whatIf(ask)).toBe('already-ordered');
    expect(new Story().registered().invited().accepted().whatIf(ask)).toBe('target-unmapped');
    expect(readyToBuy().whatIf({ ...ask, originalSubscriptionId: B })).toBe('unknown-original');
  });

  test('is refused where the lines do not fit their pool together', () => {
    const pooled = { seats: 75, seatPool: 300 };
    const story = new Story(START)
      .registered({ lines: [line({ seats: 75 }), line({ originalSubscriptionId: B, seats: 75 })] })
      .matched({ ...pooled, seats: 100 })
      .invited()
      .accepted();
    expect(story.whatIf(ask)).toBe('seat-pool-exceeded');
    expect(story.whatIf({ ...ask, originalSubscriptionId: A })).toEqual(['migration.provisioning-asked.v1']);
    expect(target(pooled).seatPool).toBe(300);
  });
});
