import { describe, expect, test } from '@jest/globals';
import { dayOf, plusDays, plusMs, startOfDay, type Day, type Instant } from '#kernel';
import { attentionsOf, licenseReassignmentStreamOf } from '#migration';
import { OutsideFailure } from '#partner-center';
import { Crash, NEW_SKU, OLD_SKU, START, World, catalogItem, originalId } from './world-for-spec.ts';

const differentOffer = { target: { catalogItem: 'NEW:0001', skuId: null, seats: null } };

async function codes(world: World): Promise<readonly string[]> {
  return attentionsOf(await world.migration(), world.now).map(({ code }) => code);
}

describe('a customer moved by automation alone', () => {
  test('same offer: from registration to completion, one order, no license write', async () => {
    const world = new World();
    await world.register([{ users: 5 }]);
    const migration = await world.runToEnd();
    expect(migration.completedAt).not.toBeNull();
    expect([...world.outside.mails.values()].map(({ kind }) => kind)).toEqual(['invitation', 'original-may-end']);
    expect(world.outside.orders).toHaveLength(1);
    expect(world.outside.swaps).toEqual([]);
    const calls = Object.fromEntries([...Map.groupBy(world.outside.calls, (call) => call)].map(([call, all]) => [call, all.length]));
    expect(calls).toEqual({
      customerRelationship: 3,
      invitationLink: 1,
      mail: 2,
      catalog: 1,
      currentCatalogItem: 1,
      createCart: 1,
      checkoutCart: 1,
      order: 1,
      subscription: 2,
      directorySubscriptions: 2,
      subscribedSkus: 1,
    });
    expect(await world.eventTypes()).toEqual([
      'registered',
      'target-chosen',
      'reseller-requested',
      'invitation-sent',
      'accepted',
      'provisioning-started',
      'cart-created',
      'order-placed',
      'purchase-closed',
      'subscription-provisioned',
      'overlap-opened',
      'ending-cleared',
      'end-advised',
      'original-expired',
      'overlap-closed',
      'completed',
    ]);
  });

  test('different offer: every user is moved in one call', async () => {
    const world = new World();
    await world.register([{ seats: 230, users: 230, ...differentOffer }]);
    const migration = await world.runToEnd();
    expect(migration.completedAt).not.toBeNull();
    expect(world.outside.swaps).toHaveLength(230);
    expect(migration.lines[0]!.reassignment).toMatchObject({ inScope: 230, reassigned: 230, failed: 0 });
    expect([...world.outside.held.values()].every((held) => held.has(NEW_SKU) && !held.has(OLD_SKU))).toBe(true);
    const events = await world.store.readStream(licenseReassignmentStreamOf(world.migrationId, originalId(0)));
    expect(events.map(({ data }) => (data as { userIds: string[] }).userIds.length)).toEqual([100, 100, 30]);
  });

  test('a silent customer is reminded and lapses; one that accepted in the meantime does not', async () => {
    const silent = new World();
    await silent.register([{}]);
    await silent.runUntil(plusDays(START, 40));
    expect((await silent.eventTypes()).filter((type) => type === 'reminder-sent')).toHaveLength(4);
    expect(await silent.eventTypes()).toContain('invitation-lapsed');
    const late = new World();
    late.outside.acceptsAt = plusDays(START, 30);
    await late.register([{ termEnd: '2027-02-28' as never }]);
    await late.runUntil(plusDays(START, 40));
    expect(await late.eventTypes()).not.toContain('invitation-lapsed');
    expect(await late.eventTypes()).toContain('accepted');
  });

  test('a customer that has the relationship already gets no mail', async () => {
    const world = new World();
    world.outside.acceptsAt = START;
    await world.register([{}]);
    await world.runUntil(plusDays(START, 1));
    expect(world.outside.mails.size).toBe(0);
    expect(await world.eventTypes()).toContain('accepted');
  });

  test('a renewed original is told by its later end', async () => {
    const world = new World();
    await world.register([{ users: 5, autoRenew: true }]);
    world.outside.originals = world.outside.originals.map((original) => ({ ...original, renews: true }));
    const migration = await world.runToEnd();
    expect(migration.completedAt).toBeNull();
    expect(migration.lines[0]!.originalFacts).toMatchObject([{ kind: 'renewed', termEnd: '2027-12-31' }]);
  });

  test('an original that goes on past its end is looked at once a day until a person chooses, not without a pause', async () => {
    const world = new World();
    world.outside.acceptsAt = START;
    await world.register([{ termEnd: '2026-11-20' as Day }]);
    world.outside.originals = world.outside.originals.map((original) => ({ ...original, renews: true }));
    await world.commands.execute(world.streamId, {
      id: 'extended',
      command: {
        type: 'RecordOriginalChange',
        at: START,
        originalSubscriptionId: originalId(0),
        change: 'extended',
        occurredAt: START,
        key: 'extended',
        termEnd: null,
      },
      actor: 'person:spec',
      correlationId: world.migrationId,
    });
    await world.runUntil(plusDays(START, 10));
    expect(await codes(world)).toContain('original-extended');
    // Once when the target is active, then on each day.
    expect(world.results.filter(({ kind }) => kind === 'check-ending')).toHaveLength(11);
  });

  test('without directory access a person is asked only when the end is overdue', async () => {
    const world = new World();
    await world.register([{}]);
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil(plusDays(START, 30));
    world.outside.directoryAccess = false;
    await world.runUntil('2027-01-02T12:00:00.000Z' as never);
    expect(await codes(world)).not.toContain('no-directory-access');
    await world.runUntil('2027-01-05T00:00:00.000Z' as never);
    expect(await codes(world)).toContain('no-directory-access');
    world.outside.directoryAccess = true;
    await world.runUntil('2027-01-08T00:00:00.000Z' as never);
    expect((await world.migration()).completedAt).not.toBeNull();
  });
});

describe('an original that the directory does not list', () => {
  const facts = async (world: World): Promise<readonly string[]> =>
    (await world.migration()).lines[0]!.originalFacts.map(({ kind }) => kind);

  test('and never did is not taken for ended: a person is told, and its report ends it', async () => {
    const world = new World();
    await world.register([{ autoRenew: true }]);
    world.outside.originals = [];
    await world.runToEnd();
    expect([await codes(world), await facts(world)]).toEqual([['original-not-found'], []]);
    expect((await world.migration()).completedAt).toBeNull();
    expect(await world.eventTypes()).not.toContain('end-advised');
    const looks = world.results.filter(({ kind, result }) => kind === 'watch-original' && result.kind === 'again');
    expect([looks.length > 30, looks.length < 60]).toEqual([true, true]);
    await world.commands.execute(world.streamId, {
      id: 'expired',
      command: {
        type: 'RecordOriginalChange',
        at: world.now,
        originalSubscriptionId: originalId(0),
        change: 'expired',
        occurredAt: world.now,
        key: 'report',
        termEnd: null,
      },
      actor: 'system:upstream',
      correlationId: world.migrationId,
    });
    expect((await world.migration()).completedAt).not.toBeNull();
  });

  test('for a while is looked at again, and no attention is left once it is listed', async () => {
    const world = new World();
    await world.register([{}]);
    const { originals } = world.outside;
    world.outside.originals = [];
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-28T00:00:00.000Z' as never);
    expect(await codes(world)).toEqual(['original-not-found']);
    world.outside.originals = originals;
    await world.runUntil('2026-12-29T12:00:00.000Z' as never);
    expect(await codes(world)).toEqual([]);
    expect((await world.runToEnd()).completedAt).not.toBeNull();
  });

  test.each([
    ['web-direct', '2027-01-02T00:00:00.000Z'],
    ['open', '2027-02-02T00:00:00.000Z'],
  ] as const)('any more has ended, once its term and what follows it are over: %s', async (program, over) => {
    const world = new World();
    await world.register([{ autoRenew: true, program }]);
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-30T00:00:00.000Z' as never);
    expect(await world.eventTypes()).toContain('ending-cleared');
    world.outside.originals = [];
    await world.runUntil(plusDays(over as never, -2));
    expect(await facts(world)).toEqual([]);
    await world.runUntil(over as never);
    expect([await facts(world), await codes(world)]).toEqual([['expired'], []]);
    expect((await world.migration()).completedAt).not.toBeNull();
  });
});

describe('purchases', () => {
  test('an order that is visible late costs no attempt', async () => {
    const world = new World({ visibleAfterMs: 14 * 60_000 });
    await world.register([{}]);
    await world.runToEnd();
    expect(world.results.some(({ kind, result }) => kind === 'follow-order' && result.kind === 'failed')).toBe(false);
    expect((await world.migration()).completedAt).not.toBeNull();
  });

  test('an order that never shows needs a person after a day, until it shows', async () => {
    const world = new World({ visibleAfterMs: 30 * 3_600_000 });
    await world.register([{}]);
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-28T02:00:00.000Z' as never);
    expect(await codes(world)).toEqual(['order-not-visible']);
    await world.runUntil('2026-12-29T02:00:00.000Z' as never);
    expect(await codes(world)).toEqual([]);
    expect((await world.migration()).lines[0]!.subscription).not.toBeNull();
  });

  test('a partial checkout: the refused line is bought again, the other one is not', async () => {
    const world = new World();
    await world.register([{ seats: 5 }, { seats: 7 }]);
    world.outside.refusedLines.set(1, 'inventory-not-available');
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-27T00:05:00.000Z' as never);
    world.outside.refusedLines.clear();
    const migration = await world.runToEnd();
    expect(migration.completedAt).not.toBeNull();
    expect(world.outside.orders.map(({ lines }) => lines.map(({ quantity }) => quantity))).toEqual([[5], [7]]);
  });

  test('a bad cart line: the cart is left alone, and the good line is bought without it', async () => {
    const world = new World();
    await world.register([{ seats: 5 }, { seats: 7 }]);
    world.outside.lineErrors.set(1, 'seat-limit');
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-28T00:00:00.000Z' as never);
    expect(world.outside.orders.flatMap(({ lines }) => lines.map(({ quantity }) => quantity))).toEqual([5]);
    expect(world.outside.carts.get('cart-1')?.orderIds).toBeUndefined();
    expect(await codes(world)).toContain('purchase-failed');
  });

  test.each([
    ['to the second', '2026-12-31T12:03:00.000Z', (placedAt: Instant) => plusMs(placedAt, 120_000)],
    ['to the day', '2026-12-31T12:01:00.000Z', (placedAt: Instant) => startOfDay(dayOf(placedAt))],
  ] as const)('Partner Center is away over the end: the target is active since when it says, %s', async (_, activeAt, startOf) => {
    const world = new World();
    world.outside.startOf = startOf;
    await world.register([{}]);
    await world.runUntil('2026-12-31T12:01:00.000Z' as never);
    world.outside.acceptsAt = world.now;
    await world.commands.execute(world.streamId, {
      id: 'accepted',
      command: { type: 'RecordAcceptance', at: world.now, occurredAt: world.now, key: 'message' },
      actor: 'system:partner-center',
      correlationId: world.migrationId,
    });
    let away = true;
    world.outside.around = (call) => ({
      before: () => {
        if (away && (call === 'order' || call === 'subscription')) throw new OutsideFailure('retry-later', 'no-answer', 'away');
      },
      after: () => undefined,
    });
    await world.runUntil('2027-01-03T00:00:00.000Z' as never, 10_000);
    expect((await world.migration()).lines[0]).toMatchObject({ subscription: null, gap: { phase: 'open' } });
    away = false;
    await world.runUntil('2027-01-03T12:00:00.000Z' as never);
    expect((await world.migration()).lines[0]).toMatchObject({ subscription: { activeAt }, gap: null });
    expect((await world.eventTypes()).filter((type) => type.startsWith('gap-')).at(-1)).toBe('gap-averted');
  });

  test('a target that does not say since when is active since it was seen', async () => {
    const world = new World({ visibleAfterMs: 3_600_000 });
    world.outside.startOf = () => null;
    await world.register([{}]);
    const { lines } = await world.runToEnd();
    expect(lines[0]!.subscription!.activeAt >= plusMs(lines[0]!.order!.placedAt, 3_600_000)).toBe(true);
  });

  test('an order that fails once is placed again', async () => {
    const world = new World();
    await world.register([{}]);
    world.outside.failNextOrder = true;
    const migration = await world.runToEnd();
    expect(migration.completedAt).not.toBeNull();
    expect(world.outside.orders.map(({ failed }) => failed)).toEqual([true, false]);
  });

  test.each([0, 1])('of two equal lines in one order line %i fails: that one is bought again, the other is not', async (failing) => {
    const world = new World();
    await world.register([{ seats: 5 }, { seats: 5 }]);
    world.outside.failNextLines = new Set([failing]);
    const migration = await world.runToEnd();
    expect(world.outside.orders.map(({ lines }) => lines.map(({ quantity }) => quantity))).toEqual([[5, 5], [5]]);
    const bought = world.outside.orders.flatMap(({ lines, failedLines }) => lines.filter(({ lineNumber }) => !failedLines.has(lineNumber)));
    expect(migration.lines.map(({ subscription }) => subscription?.subscriptionId).sort()).toEqual(
      bought.map(({ subscriptionId }) => subscriptionId).sort(),
    );
    expect(migration.completedAt).not.toBeNull();
  });

  test('a cart that is gone has bought nothing: the purchase begins anew', async () => {
    const world = new World();
    await world.register([{}]);
    world.outside.around = (call) => ({
      before: () => {
        const cart = world.outside.carts.get('cart-1');
        if (call !== 'checkoutCart' || !cart || world.outside.carts.size > 1) return;
        world.outside.carts.delete('cart-1');
        world.outside.carts.set('expired', cart);
      },
      after: () => undefined,
    });
    const migration = await world.runToEnd();
    expect(migration.completedAt).not.toBeNull();
    expect(world.outside.orders).toHaveLength(1);
  });

  test('a catalog item that rotates is looked up fresh; one that is gone needs a person', async () => {
    const world = new World();
    await world.register([{}]);
    await world.runUntil(plusDays(START, 1));
    world.outside.catalogItems = [catalogItem('NEW', NEW_SKU)];
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-27T12:00:00.000Z' as never);
    expect(await codes(world)).toContain('catalog-item-gone');
    world.outside.catalogItems = [{ ...catalogItem('OTHER', OLD_SKU), catalogItem: 'OTHER:0001:AV9' }];
    const migration = await world.runToEnd();
    expect(world.outside.orders[0]!.lines[0]!.catalogItem).toBe('OTHER:0001:AV9');
    expect(migration.completedAt).not.toBeNull();
  });

  test('what only a person can mend is raised once, and taken back when it works', async () => {
    const world = new World();
    await world.register([{}]);
    let refused = true;
    world.outside.around = (call) => ({
      before: () => {
        if (refused && call === 'checkoutCart') throw new OutsideFailure('needs-person', 'credit-limit', 'no credit');
      },
      after: () => undefined,
    });
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-28T00:00:00.000Z' as never);
    expect(await codes(world)).toEqual(['credit-limit']);
    expect((await world.eventTypes()).filter((type) => type === 'attention-raised')).toHaveLength(1);
    refused = false;
    await world.runToEnd();
    expect(await world.eventTypes()).toContain('attention-cleared');
    expect(world.outside.orders).toHaveLength(1);
    expect((await world.migration()).completedAt).not.toBeNull();
  });
});

describe('moving licenses', () => {
  test('a rate limit in the middle saves what is done and goes on when it may', async () => {
    const world = new World();
    await world.register([{ seats: 150, users: 150, ...differentOffer }]);
    let calls = 0;
    world.outside.around = (call) => ({
      before: () => {
        if (call === 'swapLicense' && (calls += 1) === 120)
          throw new OutsideFailure('retry-later', 'throttled', 'slow down', plusMs(world.now, 60_000));
      },
      after: () => undefined,
    });
    const migration = await world.runToEnd();
    expect(migration.completedAt).not.toBeNull();
    expect(new Set(world.outside.swaps.map(({ userId }) => userId)).size).toBe(150);
    expect(world.outside.swaps).toHaveLength(150);
    expect(world.results.filter(({ kind }) => kind === 'reassign-licenses').map(({ result }) => result.kind)).toEqual(['again', 'done']);
  });

  test('a user who cannot be moved is reported, the others are moved, and the original is not ended', async () => {
    const world = new World();
    await world.register([{ users: 5, ...differentOffer }]);
    world.outside.userFaults.set('user-0-00002', new OutsideFailure('refused', 'out-of-licenses', 'none free'));
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-28T00:00:00.000Z' as never);
    const line = (await world.migration()).lines[0]!;
    expect(line.reassignment).toMatchObject({ inScope: 5, reassigned: 4, failed: 1, completedAt: null });
    expect(await codes(world)).toEqual(['licenses-failed']);
    expect([...world.outside.mails.values()].some(({ kind }) => kind === 'original-may-end')).toBe(false);
    world.outside.userFaults.clear();
    expect((await world.runToEnd()).completedAt).not.toBeNull();
  });

  test('no more users than the target has seats, and the rest is seen before the original may end', async () => {
    const world = new World();
    await world.register([{ seats: 5, users: 7, ...differentOffer }]);
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-28T00:00:00.000Z' as never);
    expect(world.outside.swaps).toHaveLength(5);
    expect((await world.migration()).lines[0]!.endingCheck?.failed).toBe('users-licensed');
  });

  test('5,000 users under a budget of 500 calls a minute: the directory is read twice, the streams stay small', async () => {
    const world = new World();
    await world.register([{ seats: 5_000, users: 5_000, ...differentOffer }]);
    let budget = { from: world.now, left: 500 };
    world.outside.around = (call) => ({
      before: () => {
        if (call !== 'swapLicense') return;
        if (plusMs(budget.from, 60_000) <= world.now) budget = { from: world.now, left: 500 };
        if (budget.left === 0) throw new OutsideFailure('retry-later', 'rate-budget', 'used up', plusMs(budget.from, 60_000));
        budget.left -= 1;
      },
      after: () => undefined,
    });
    const migration = await world.runToEnd();
    expect(migration.lines[0]!.reassignment).toMatchObject({ inScope: 5_000, reassigned: 5_000 });
    expect(world.outside.swaps).toHaveLength(5_000);
    expect(world.outside.calls.filter((call) => call === 'users').length).toBe(2 * 50);
    expect((await world.eventTypes()).length).toBeLessThan(35);
    expect((await world.store.readStream(licenseReassignmentStreamOf(world.migrationId, originalId(0)), { limit: 10_000 })).length).toBe(
      50,
    );
  });

  test('seats short and an interrupted run: whom it moved without writing it down takes a seat', async () => {
    const world = new World();
    await world.register([{ seats: 5, users: 7, ...differentOffer }]);
    let swaps = 0;
    world.outside.around = (call) => ({
      before: () => undefined,
      after: () => {
        if (call === 'swapLicense' && (swaps += 1) === 3) throw new Crash();
      },
    });
    let commands = 0;
    world.aroundCommand = () => ({
      before: () => {
        if (swaps >= 3 && (commands += 1) === 1) throw new Crash();
      },
      after: () => undefined,
    });
    world.outside.acceptsAt = plusDays(START, 2);
    await world.runUntil('2026-12-28T00:00:00.000Z' as never);
    expect(world.outside.swaps).toHaveLength(5);
    expect((await world.migration()).lines[0]!.reassignment).toMatchObject({ inScope: 5, reassigned: 5, failed: 0 });
  });
});
