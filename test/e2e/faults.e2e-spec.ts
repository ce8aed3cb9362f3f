import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Customer, SKUS, customer, original } from './customers.ts';
import { runningProduct } from './running-product.ts';
import type { LedgerEntry, World } from './world.ts';

const running = runningProduct();

/** What each fault may cost, in days of the customers' terms: they end 25 days after the registration. */
const FAULTS: readonly (readonly [string, Readonly<Record<string, number>>])[] = [
  ['throttling', { throttle: 0.3 }],
  ['replies lost after the commit', { 'lost-reply-after-commit': 0.3 }],
  ['every first reply lost', { 'lost-reply-after-commit': 0.6 }],
  ['orders that are visible late', { 'order-visible-late': 1 }],
  ['checkouts that succeed in part', { 'partial-checkout': 0.3 }],
  ['webhooks twice', { 'webhook-twice': 1 }],
  ['webhooks late', { 'webhook-late': 1 }],
  ['webhooks never', { 'webhook-never': 1 }],
  ['slow provisioning', { 'provisioning-slow': 1 }],
  ['provisioning that fails once', { 'provisioning-fails-once': 1 }],
  ['server errors', { 'server-error': 0.3 }],
  ['catalog items that are replaced', { 'catalog-item-gone': 0.3 }],
  ['carts still in processing', { 'cart-processing': 1 }],
  [
    'everything at once',
    {
      throttle: 0.1,
      'lost-reply-after-commit': 0.1,
      'order-visible-late': 0.3,
      'partial-checkout': 0.1,
      'webhook-twice': 0.3,
      'webhook-late': 0.3,
      'provisioning-slow': 0.3,
      'server-error': 0.1,
      'catalog-item-gone': 0.1,
      'cart-processing': 0.3,
    },
  ],
];

async function calm(world: World): Promise<void> {
  const { body } = await world.simulator<readonly { name: string }[]>('GET', '/control/faults');
  await world.faults(Object.fromEntries(body.map(({ name }) => [name, 0])));
}

function seatsBought(ledger: readonly LedgerEntry[]): readonly (readonly [string, number])[] {
  return ledger
    .filter(({ kind }) => kind === 'subscription')
    .map(({ skuId, quantity }) => [skuId!, quantity!] as const)
    .sort();
}

describe('whatever the outside does', () => {
  let world: World;
  beforeAll(() => {
    world = running();
  });
  afterAll(() => calm(world));

  test.each(FAULTS)('%s: every seat is bought once, every user moved once, and all are done in time', async (name, rates) => {
    const termEnd = await world.dayIn(25);
    const customers: readonly Customer[] = [
      customer(`${name} same`, { originals: [original(`${name} same`, { termEnd })] }),
      customer(`${name} different`, { originals: [original(`${name} different`, { termEnd, target: { skuId: SKUS.m365e3 } })] }),
      customer(`${name} two`, {
        originals: [original(`${name} two 1`, { termEnd }), original(`${name} two 2`, { termEnd, skuId: SKUS.basic, seats: 4 })],
      }),
    ];
    await world.faults(rates);
    const ids: string[] = [];
    for (const each of customers) ids.push((await world.register(each)).id);
    await world.advance('P35D');
    await calm(world);
    await world.advance('P2D');
    for (const [index, each] of customers.entries()) {
      const migration = await world.migration(ids[index]!);
      expect([each.name, migration.stage, migration.needsAttention]).toEqual([each.name, 'completed', null]);
      expect(migration.lineItems.flatMap(({ coverage }) => coverage.filter(({ by }) => by === 'none'))).toEqual([]);
      const ledger = await world.ledger(each);
      const wanted = each.originals.map(({ skuId, seats, target }) => [target?.skuId ?? skuId, seats] as const).sort();
      expect([each.name, seatsBought(ledger)]).toEqual([each.name, wanted]);
      expect(ledger.filter(({ kind }) => kind === 'invitation')).toHaveLength(1);
      const writes = ledger.filter(({ kind }) => kind === 'license');
      const moved = each.originals.some(({ target }) => target) ? each.users : 0;
      expect([each.name, writes.length, new Set(writes.map(({ userId }) => userId)).size]).toEqual([each.name, moved, moved]);
    }
  });

  test('single lines of an order that fail beside their equals: each is bought again, and no other', async () => {
    const termEnd = await world.dayIn(25);
    const customers = Array.from({ length: 8 }, (_, n) => {
      const name = `alike ${n}`;
      return customer(name, { originals: Array.from({ length: 2 + (n % 2) }, (_each, line) => original(`${name} ${line}`, { termEnd })) });
    });
    await calm(world);
    await world.faults({ 'partial-provisioning': 1 });
    const ids: string[] = [];
    for (const each of customers) ids.push((await world.register(each)).id);
    await world.advance('P35D');
    for (const [index, each] of customers.entries()) {
      const migration = await world.migration(ids[index]!);
      expect([each.name, migration.stage, migration.needsAttention]).toEqual([each.name, 'completed', null]);
      const ledger = await world.ledger(each);
      expect([each.name, seatsBought(ledger)]).toEqual([each.name, each.originals.map(({ skuId, seats }) => [skuId, seats])]);
      expect(ledger.filter(({ kind, status }) => kind === 'order' && status === 'failed')).toHaveLength(1);
      expect(migration.lineItems.map(({ target }) => target.subscriptionId).sort()).toEqual(
        ledger
          .filter(({ kind }) => kind === 'subscription')
          .map(({ subscriptionId }) => subscriptionId)
          .sort(),
      );
    }
  });

  test('no published limit was broken on the way', async () => {
    expect(await world.brokenLimits()).toBe(0);
  });
});
