import { describe, expect, test } from '@jest/globals';
import { type Day, type Instant, plusDays } from '#kernel';
import {
  DEFAULT_POLICY,
  type LineRegistration,
  type Migration,
  type MigrationCommand,
  type MigrationState,
  NO_MIGRATION,
  migrationDecider,
  migrationViewOf,
  toDosOf,
} from './index.ts';

const START = '2026-12-01T08:00:00.000Z' as Instant;
const SKU = '6fd2c87f-b296-42f0-b197-1e91e994b900';
const ORIGINAL = '0b6cb2f5-8f65-4f0e-8d34-3ae4cf1ee0a1';

const line: LineRegistration = {
  originalSubscriptionId: ORIGINAL,
  program: 'web-direct',
  offerName: 'Office 365 E3',
  skuId: SKU,
  seats: 25,
  termEnd: '2026-12-31' as Day,
  autoRenew: false,
  target: null,
};

function apply(state: MigrationState, command: MigrationCommand): Migration {
  const decision = migrationDecider.decide(command, state);
  if (decision.kind === 'refused') throw new Error(`${command.type}: ${decision.refusal.code}`);
  return decision.events.reduce(migrationDecider.evolve, state)!;
}

describe('a customer with the same offer', () => {
  test('goes from registration to completion without a gap, with the work that is due at each step', () => {
    const dueKinds = (state: Migration): string[] => toDosOf(state).map((toDo) => toDo.kind);
    let state = apply(NO_MIGRATION, {
      type: 'RegisterMigration',
      at: START,
      migrationId: 'm1',
      partnerTenantId: 'p',
      customerTenantId: 'c',
      customerName: 'Contoso',
      customerDomain: 'contoso.com',
      country: 'US',
      contactEmail: 'admin@contoso.com',
      wave: null,
      policy: DEFAULT_POLICY,
      lines: [line],
    });
    expect(dueKinds(state)).toEqual(['match-offers', 'send-invitation', 'assess-coverage']);
    const target = {
      catalogItem: 'P:0001:A',
      skuId: SKU,
      seats: 25,
      termDuration: 'P1Y',
      billingCycle: 'monthly',
      minimumSeats: 1,
      maximumSeats: 1000,
      seatPool: null,
      monthlyPrice: 20,
      currency: 'USD',
    };
    state = apply(state, { type: 'RecordOfferMatches', at: START, matches: [{ originalSubscriptionId: ORIGINAL, target, detail: '' }] });
    state = apply(state, { type: 'RecordInvitationSent', at: START, link: 'https://link', mailed: true });
    expect(dueKinds(state)).toEqual(['lapse-invitation', 'send-reminder', 'check-relationship', 'assess-coverage']);
    state = apply(state, { type: 'RecordAcceptance', at: plusDays(START, 2), occurredAt: plusDays(START, 2), key: 'w1' });
    expect(toDosOf(state).find((toDo) => toDo.kind === 'start-purchase')?.dueAt).toBe('2026-12-27T00:00:00.000Z');
    const bought = '2026-12-27T00:00:00.000Z' as Instant;
    state = apply(state, { type: 'StartPurchase', at: bought, freshCatalogItems: { [ORIGINAL]: 'P:0001:B' } });
    expect(dueKinds(state)).toContain('create-cart');
    state = apply(state, { type: 'RecordCartCreated', at: bought, attempt: 1, cartId: 'cart' });
    state = apply(state, {
      type: 'RecordPurchaseOutcome',
      at: bought,
      attempt: 1,
      cartId: 'cart',
      orders: [{ orderId: 'o1', lineNumbers: [0] }],
      failedLines: [],
    });
    expect(dueKinds(state)).toContain('follow-order');
    state = apply(state, {
      type: 'RecordSubscriptionProvisioned',
      at: bought,
      originalSubscriptionId: ORIGINAL,
      orderId: 'o1',
      subscriptionId: 's1',
      quantity: 25,
      commitmentEnd: '2027-12-26' as Day,
    });
    expect(dueKinds(state)).toContain('check-ending');
    state = apply(state, {
      type: 'RecordEndingCheck',
      at: bought,
      originalSubscriptionId: ORIGINAL,
      facts: { targetActive: true, sameCustomer: true, activeSeats: 25, unlicensedUsers: 0, originalActive: true },
    });
    expect(dueKinds(state)).toContain('advise-end');
    state = apply(state, { type: 'RecordEndAdvised', at: bought, originalSubscriptionId: ORIGINAL, mailed: true });
    const ended = '2027-01-01T00:00:00.000Z' as Instant;
    state = apply(state, {
      type: 'RecordOriginalChange',
      at: ended,
      originalSubscriptionId: ORIGINAL,
      change: 'expired',
      occurredAt: ended,
      key: 'e1',
      termEnd: null,
    });
    const view = migrationViewOf(state, { updatedAt: ended, version: 1 }, ended);
    expect(view.stage).toBe('completed');
    expect(view.risk).toBe('none');
    expect(toDosOf(state)).toEqual([]);
    expect(view.lineItems[0]?.coverage).toEqual([
      { from: START, to: bought, seats: 25, by: 'original' },
      { from: bought, to: ended, seats: 25, by: 'both' },
      { from: ended, to: null, seats: 25, by: 'target' },
    ]);
  });
});
