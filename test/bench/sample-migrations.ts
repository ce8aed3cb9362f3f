import { type Day, type Instant, dayOf, derivedId, endOfDay, plusDays } from '#kernel';
import { DEFAULT_POLICY, type MigrationCommand, type Target, migrationIdOf } from '#migration';

/** Everything begins here; the samples' terms end in the year after it. */
export const START = '2026-12-01T08:00:00.000Z' as Instant;

export const PARTNER = '7c7c2a52-4d28-4c8a-9a3b-0f4a5d6e7f80';
const SKU = '6fd2c87f-b296-42f0-b197-1e91e994b900';
const PROGRAMS = ['web-direct', 'open', 'open-value', 'ea', 'mpsa', 'syndication'] as const;
const COUNTRIES = ['US', 'DE', 'FR', 'BR', 'JP', 'IN'] as const;

export interface SampleMigration {
  readonly index: number;
  readonly id: string;
  readonly customerTenantId: string;
  readonly original: string;
  readonly seats: number;
  readonly termEnd: Day;
}

/** Always the same for the same number: one customer with one line of the same offer. */
export function sampleMigration(index: number): SampleMigration {
  const customerTenantId = derivedId('bench customer', String(index));
  return {
    index,
    customerTenantId,
    id: migrationIdOf(PARTNER, customerTenantId, 0),
    original: derivedId('bench original', String(index)),
    seats: 1 + ((index * 37) % 250),
    termEnd: dayOf(plusDays(START, 20 + ((index * 7919) % 340))),
  };
}

function registrationOf({ index, id, customerTenantId, original, seats, termEnd }: SampleMigration): MigrationCommand {
  return {
    type: 'RegisterMigration',
    at: START,
    migrationId: id,
    partnerTenantId: PARTNER,
    customerTenantId,
    customerName: `Northwind Traders ${index}`,
    customerDomain: `northwind-${index}.example`,
    country: COUNTRIES[index % COUNTRIES.length]!,
    contactEmail: `it.lead@northwind-${index}.example`,
    wave: `2027-${String(1 + (index % 12)).padStart(2, '0')}`,
    policy: DEFAULT_POLICY,
    lines: [
      {
        originalSubscriptionId: original,
        program: PROGRAMS[index % PROGRAMS.length]!,
        offerName: 'Office 365 E3',
        skuId: SKU,
        seats,
        termEnd,
        autoRenew: index % 3 === 0,
        target: null,
      },
    ],
  };
}

function targetOf({ seats }: SampleMigration): Target {
  return {
    catalogItem: 'CFQ7TTC0LF8R:0001:CFQ7TTC0K971',
    skuId: SKU,
    seats,
    termDuration: 'P1Y',
    billingCycle: 'monthly',
    minimumSeats: 1,
    maximumSeats: 10_000,
    seatPool: null,
    monthlyPrice: 20,
    currency: 'USD',
  };
}

const LINK = `https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship&partnerId=${PARTNER}&msppId=0&DAP=true`;

/** Eight commands of one event each, from the registration to the cart: the unit in which design §5 counts. */
export function eightCommands(sample: SampleMigration): readonly MigrationCommand[] {
  const { original } = sample;
  const asked = plusDays(START, 3);
  return [
    registrationOf(sample),
    { type: 'RecordOfferMatches', at: START, matches: [{ originalSubscriptionId: original, target: targetOf(sample), detail: '' }] },
    { type: 'RequestReseller', at: START },
    { type: 'RecordInvitationSent', at: START, link: LINK, mailed: true },
    {
      type: 'RecordAcceptance',
      at: plusDays(START, 2),
      occurredAt: plusDays(START, 2),
      key: `partner-center ${derivedId('webhook', original)}`,
    },
    { type: 'ProvisionSubscription', at: asked, originalSubscriptionId: original, notBefore: null },
    { type: 'StartPurchase', at: asked, freshCatalogItems: { [original]: 'CFQ7TTC0LF8R:0001:CFQ7TTC0NEW1' } },
    { type: 'RecordCartCreated', at: asked, attempt: 1, cartId: derivedId('cart', original) },
  ];
}

/** The rest of a life: order, subscription, the check before the end, the end. With what follows from them nine events more. */
export function remainingCommands({ original, seats, termEnd }: SampleMigration): readonly MigrationCommand[] {
  const bought = plusDays(START, 3);
  const ended = endOfDay(termEnd);
  const cartId = derivedId('cart', original);
  const orderId = derivedId('order', original);
  return [
    { type: 'RecordPurchaseOutcome', at: bought, attempt: 1, cartId, orders: [{ orderId, lineNumbers: [0] }], failedLines: [] },
    {
      type: 'RecordSubscriptionProvisioned',
      at: bought,
      originalSubscriptionId: original,
      orderId,
      subscriptionId: derivedId('target', original),
      quantity: seats,
      commitmentEnd: dayOf(plusDays(bought, 365)),
    },
    {
      type: 'RecordEndingCheck',
      at: bought,
      originalSubscriptionId: original,
      facts: { targetActive: true, sameCustomer: true, activeSeats: seats, unlicensedUsers: 0, originalActive: true },
    },
    { type: 'RecordEndAdvised', at: bought, originalSubscriptionId: original, mailed: true },
    {
      type: 'RecordOriginalChange',
      at: ended,
      originalSubscriptionId: original,
      change: 'expired',
      occurredAt: ended,
      key: `telco ${derivedId('expired', original)}`,
      termEnd: null,
    },
  ];
}
