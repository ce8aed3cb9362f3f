import { describe, expect, test } from '@jest/globals';
import { CATALOG_ITEMS, SKUS, csvOf, customer, guidOf, original, rowsOf } from './customers.ts';
import { runningProduct } from './running-product.ts';

const running = runningProduct();

describe('from request to completion', () => {
  test('a customer with the same offer moves from a CSV file to completion without a person', async () => {
    const world = running();
    const contoso = customer('Contoso', { originals: [original('contoso', { termEnd: await world.dayIn(30) })] });
    await world.describe(contoso);
    const report = await world.importFile(csvOf(rowsOf(contoso)));
    expect(report).toMatchObject({ state: 'done', rows: 1, accepted: 1, rejected: 0, duplicates: 0 });
    const [row] = await world.importRows(report.id);
    expect(row).toMatchObject({ line: 2, outcome: 'accepted', warnings: [] });
    const id = row!.migrationId!;

    await world.advance('PT1M');
    expect(await world.migration(id)).toMatchObject({
      stage: 'requested',
      invitation: { reminders: 0, acceptedAt: null, link: expect.stringContaining('http') },
    });
    expect(await world.mails(contoso)).toHaveLength(1);

    await world.advance('P3D');
    expect(await world.migration(id)).toMatchObject({ stage: 'accepted', needsAttention: null, risk: 'none' });
    expect(await world.ledgerOf(contoso, 'order')).toEqual([]);

    await world.advance('P24D');
    const overlapping = await world.migration(id);
    expect(overlapping).toMatchObject({
      stage: 'overlapping',
      needsAttention: null,
      lineItems: [
        {
          offerMatch: 'same',
          original: { state: 'active' },
          target: { state: 'active', seats: 10, skuId: SKUS.e3 },
          licenses: { inScope: 0, reassigned: 0, failed: 0 },
        },
      ],
    });
    expect(await world.ledgerOf(contoso, 'subscription')).toMatchObject([{ skuId: SKUS.e3, quantity: 10 }]);

    await world.advance('P8D');
    const completed = await world.migration(id);
    expect(completed).toMatchObject({ stage: 'completed', todos: [], risk: 'none', lineItems: [{ original: { state: 'expired' } }] });
    expect(completed.lineItems[0]!.coverage.map(({ by }) => by)).toEqual(['original', 'both', 'target']);
    expect(await world.ledgerOf(contoso, 'license')).toEqual([]);
    expect(await world.ledgerOf(contoso, 'order')).toHaveLength(1);
    expect(await world.ledgerOf(contoso, 'subscription')).toHaveLength(1);
  });

  test('a different offer has every user moved once, the new license added and only the old one removed', async () => {
    const world = running();
    const users = 40;
    const fabrikam = customer('Fabrikam', {
      originals: [original('fabrikam', { seats: users, termEnd: await world.dayIn(30), target: { skuId: SKUS.m365e3 } })],
    });
    const { id } = await world.register(fabrikam);
    await world.advance('P45D');
    expect(await world.migration(id)).toMatchObject({
      stage: 'completed',
      lineItems: [
        {
          offerMatch: 'different',
          target: { skuId: SKUS.m365e3, seats: users },
          licenses: { inScope: users, reassigned: users, failed: 0 },
        },
      ],
    });
    const writes = await world.ledgerOf(fabrikam, 'license');
    expect(writes).toHaveLength(users);
    expect(new Set(writes.map(({ userId }) => userId)).size).toBe(users);
    for (const { add, remove } of writes) expect({ add, remove }).toEqual({ add: [SKUS.m365e3], remove: [SKUS.e3] });
    expect(await world.ledgerOf(fabrikam, 'subscription')).toMatchObject([{ skuId: SKUS.m365e3, quantity: users }]);
  });

  test('several lines of a customer are bought once each', async () => {
    const world = running();
    const termEnd = await world.dayIn(30);
    const litware = customer('Litware', {
      originals: [
        original('litware 1', { termEnd }),
        original('litware 2', { termEnd, skuId: SKUS.standard, seats: 7 }),
        original('litware 3', { termEnd, skuId: SKUS.basic, seats: 3 }),
      ],
    });
    const { id } = await world.register(litware);
    await world.advance('P45D');
    expect((await world.migration(id)).stage).toBe('completed');
    const bought = (await world.ledgerOf(litware, 'subscription')).map(({ skuId, quantity }) => [skuId, quantity]);
    expect(bought.sort()).toEqual(
      [
        [SKUS.basic, 3],
        [SKUS.e3, 10],
        [SKUS.standard, 7],
      ].sort(),
    );
  });
});

describe('what a person has to decide', () => {
  test('an offer that is sold nowhere waits for a chosen target, and nothing is bought before', async () => {
    const world = running();
    const tailspin = customer('Tailspin', {
      originals: [original('tailspin', { skuId: SKUS.retired, offerName: 'Office 2010 Lease', termEnd: await world.dayIn(40) })],
    });
    const { id } = await world.register(tailspin);
    await world.advance('P20D');
    expect(await world.migration(id)).toMatchObject({
      stage: 'accepted',
      risk: 'act',
      needsAttention: { code: 'offer-unmapped' },
      lineItems: [{ offerMatch: 'unmapped' }],
    });
    await world.advance('P18D');
    expect(await world.ledgerOf(tailspin, 'cart')).toEqual([]);

    const line = { originalSubscriptionId: tailspin.originals[0]!.subscriptionId };
    expect(await world.refusal(id, 'choose-target', { ...line, catalogItem: 'CFQ7TTC0XXXX:0001' }, 422)).toBe('catalog-item-unknown');
    expect(
      await world.refusal(id, 'choose-target', { ...line, originalSubscriptionId: guidOf('of nobody'), catalogItem: CATALOG_ITEMS.e3 }),
    ).toBe('unknown-original');
    const chosen = await world.command(id, 'choose-target', { ...line, catalogItem: CATALOG_ITEMS.m365e3 });
    expect(chosen).toMatchObject({
      needsAttention: null,
      lineItems: [{ offerMatch: 'different', target: { skuId: SKUS.m365e3, seats: 10 } }],
    });
    await world.advance('P10D');
    expect(await world.migration(id)).toMatchObject({
      stage: 'completed',
      lineItems: [{ licenses: { inScope: 10, reassigned: 10, failed: 0 } }],
    });
    expect(await world.ledgerOf(tailspin, 'subscription')).toHaveLength(1);
    expect(await world.refusal(id, 'choose-target', { ...line, catalogItem: CATALOG_ITEMS.e3 })).toBe('migration-completed');
  });

  test('seats that do not fit into a small-business pool beside the original need attention before anything is bought', async () => {
    const world = running();
    const wide = customer('Wide World', {
      originals: [
        original('wide world', {
          skuId: SKUS.standard,
          offerName: 'Microsoft 365 Business Standard',
          seats: 200,
          termEnd: await world.dayIn(40),
          autoRenew: true,
          atEnd: 'expire',
        }),
      ],
    });
    const { id } = await world.register(wide);
    await world.advance('P4D');
    expect(await world.migration(id)).toMatchObject({ stage: 'accepted', needsAttention: { code: 'seat-pool-exceeded' }, risk: 'act' });
    const plan = await world.get<{ lines: unknown[] }>(`/v1/migrations/${id}/plan`);
    expect(plan.lines).toMatchObject([{ action: 'resolve-limit', limitsHit: [{ code: 'seat-pool-exceeded' }] }]);
    expect(await world.refusal(id, 'provision')).toBe('seat-pool-exceeded');
    await world.advance('P34D');
    expect((await world.ledger(wide)).filter(({ kind }) => kind !== 'invitation')).toEqual([]);

    const line = { originalSubscriptionId: wide.originals[0]!.subscriptionId, catalogItem: CATALOG_ITEMS.standard };
    expect(await world.refusal(id, 'choose-target', { ...line, seats: 301 })).toBe('seats-out-of-range');
    const fewer = await world.command(id, 'choose-target', { ...line, seats: 100 });
    expect(fewer.needsAttention).toBeNull();
    await world.advance('P2D');
    expect(await world.ledgerOf(wide, 'subscription')).toMatchObject([{ skuId: SKUS.standard, quantity: 100 }]);
  });

  test('seats asked for by the registration beyond what the item allows are seen at once', async () => {
    const world = running();
    const many = customer('Many Seats', {
      originals: [original('many seats', { skuId: SKUS.standard, seats: 400, termEnd: await world.dayIn(40) })],
    });
    const { id } = await world.register(many);
    await world.advance('PT5M');
    expect((await world.migration(id)).needsAttention).toMatchObject({ code: 'seats-out-of-range' });
  });
});

describe('buying when a person says so', () => {
  test('provision buys at once, before the planned moment; a second time is refused', async () => {
    const world = running();
    const early = customer('Early Bird', { originals: [original('early bird', { termEnd: await world.dayIn(60) })] });
    const { id } = await world.register(early);
    expect(await world.refusal(id, 'provision')).toBe('not-accepted');
    await world.advance('P3D');
    await world.command(id, 'provision');
    await world.advance('PT1H');
    expect(await world.migration(id)).toMatchObject({ lineItems: [{ target: { state: 'active' } }] });
    expect(await world.refusal(id, 'provision')).toBe('already-ordered');
    expect(await world.ledgerOf(early, 'subscription')).toHaveLength(1);
  });

  test('provision of one line not before a moment leaves the others as planned', async () => {
    const world = running();
    const termEnd = await world.dayIn(60);
    const two = customer('Two Lines', { originals: [original('two 1', { termEnd }), original('two 2', { termEnd, skuId: SKUS.basic })] });
    const { id } = await world.register(two);
    await world.advance('P3D');
    const notBefore = new Date(Date.parse(await world.now()) + 5 * 86_400_000).toISOString();
    await world.command(id, 'provision', { originalSubscriptionId: two.originals[1]!.subscriptionId, notBefore });
    await world.advance('P4D');
    expect(await world.ledgerOf(two, 'cart')).toEqual([]);
    await world.advance('P2D');
    expect(await world.ledgerOf(two, 'subscription')).toMatchObject([{ skuId: SKUS.basic }]);
    expect((await world.migration(id)).lineItems.map(({ target }) => target.state)).toEqual(['chosen', 'active']);
    await world.advance('P70D');
    expect((await world.migration(id)).stage).toBe('completed');
    expect(await world.ledgerOf(two, 'subscription')).toHaveLength(2);
  });
});

describe('limits that the outside has published', () => {
  test('none was broken on the way', async () => {
    expect(await running().brokenLimits()).toBe(0);
  });
});
