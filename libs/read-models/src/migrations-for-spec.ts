import { type Day, type Instant, type Position, type RecordedEvent, dayOf, derivedId, plusDays } from '#kernel';
import {
  DEFAULT_POLICY,
  type Migration,
  type MigrationCommand,
  type MigrationEvent,
  type MigrationState,
  migrationDecider,
  migrationStreamOf,
} from '#migration';

export const START = '2026-12-01T08:00:00.000Z' as Instant;
const PROGRAMS = ['web-direct', 'open', 'ea'] as const;
const SKU = '6fd2c87f-b296-42f0-b197-1e91e994b900';

/** How one customer's life goes: how many of its steps are done, and how it differs from the others. */
export interface LifeForSpec {
  readonly steps: number;
  readonly variant: number;
}

function stepsOf(index: number, variant: number): readonly MigrationCommand[] {
  const id = derivedId('spec', String(index));
  const original = derivedId('original', String(index));
  const termEnd = dayOf(plusDays(START, 10 + ((index * 13) % 90)));
  const asked = plusDays(START, 3);
  const register: MigrationCommand = {
    type: 'RegisterMigration',
    at: START,
    migrationId: id,
    partnerTenantId: derivedId('partner'),
    customerTenantId: derivedId('tenant', String(index)),
    customerName: `${['Contoso', 'Fabrikam', 'Ärzte & Söhne'][variant % 3]!} ${index}`,
    customerDomain: `Customer-${index}.example`,
    country: 'DE',
    contactEmail: variant % 4 === 0 ? null : `it@customer-${index}.example`,
    wave: variant % 3 === 0 ? null : `wave ${variant % 3}`,
    policy: variant % 5 === 0 ? { ...DEFAULT_POLICY, safetyDays: 5 } : DEFAULT_POLICY,
    lines: [0, ...(variant % 7 === 0 ? [1] : [])].map((line) => ({
      originalSubscriptionId: line === 0 ? original : derivedId('second', String(index)),
      program: PROGRAMS[(variant + line) % PROGRAMS.length]!,
      offerName: 'Office 365 E3',
      skuId: SKU,
      seats: 1 + (index % 50),
      termEnd,
      autoRenew: variant % 2 === 0,
      target: null,
    })),
  };
  const target = {
    catalogItem: 'CFQ7TTC0LF8R:0001:CFQ7TTC0K971',
    skuId: variant % 6 === 0 ? derivedId('other sku') : SKU,
    seats: 10,
    termDuration: 'P1Y',
    billingCycle: 'monthly',
    minimumSeats: 1,
    maximumSeats: 1_000,
    seatPool: null,
    monthlyPrice: 20,
    currency: 'USD',
  };
  const matched: MigrationCommand = {
    type: 'RecordOfferMatches',
    at: START,
    matches: [{ originalSubscriptionId: original, target, detail: '' }],
  };
  const invited: MigrationCommand = { type: 'RecordInvitationSent', at: START, link: 'https://example.org/invitation', mailed: true };
  if (variant % 11 === 0) return [register, invited, { type: 'RecordDecline', at: asked, occurredAt: asked, key: 'no' }];
  if (variant % 13 === 0)
    return [
      register,
      matched,
      { type: 'Hold', at: asked, reason: 'asked for', until: null },
      { type: 'Withdraw', at: asked, reason: 'left' },
    ];
  const cartId = derivedId('cart', id);
  const orderId = derivedId('order', id);
  return [
    register,
    matched,
    invited,
    { type: 'RecordAcceptance', at: plusDays(START, 2), occurredAt: plusDays(START, 2), key: `webhook ${index}` },
    { type: 'ProvisionSubscription', at: asked, originalSubscriptionId: original, notBefore: null },
    { type: 'StartPurchase', at: asked, freshCatalogItems: { [original]: 'CFQ7TTC0LF8R:0001:CFQ7TTC0NEW1' } },
    { type: 'RecordCartCreated', at: asked, attempt: 1, cartId },
    { type: 'RecordPurchaseOutcome', at: asked, attempt: 1, cartId, orders: [{ orderId, lineNumbers: [0] }], failedLines: [] },
    {
      type: 'RecordSubscriptionProvisioned',
      at: asked,
      originalSubscriptionId: original,
      orderId,
      subscriptionId: derivedId('target', id),
      quantity: 10,
      commitmentEnd: '2027-12-03' as Day,
    },
    {
      type: 'RecordOriginalChange',
      at: plusDays(START, 110),
      originalSubscriptionId: original,
      change: 'expired',
      occurredAt: plusDays(START, 110),
      key: `gone ${index}`,
      termEnd: null,
    },
  ];
}

export interface HistoryForSpec {
  readonly events: readonly RecordedEvent[];
  /** As the rules fold them: what rows are to say. */
  readonly states: ReadonlyMap<string, { readonly state: Migration; readonly updatedAt: Instant; readonly version: number }>;
}

/** Lives side by side: all first steps, then all second ones, and so on. */
export function historyForSpec(lives: readonly LifeForSpec[]): HistoryForSpec {
  const events: RecordedEvent[] = [];
  const states = new Map<string, { state: Migration; updatedAt: Instant; version: number }>();
  for (let step = 0; step < 10; step++) {
    for (const [index, { steps, variant }] of lives.entries()) {
      const command = step < steps ? stepsOf(index, variant)[step] : undefined;
      const id = derivedId('spec', String(index));
      const before: MigrationState = states.get(id)?.state ?? null;
      const decision = command && migrationDecider.decide(command, before);
      if (decision?.kind !== 'events') continue;
      for (const event of decision.events) add(id, event);
    }
  }
  return { events, states };

  function add(id: string, { type, data }: MigrationEvent): void {
    const known = states.get(id);
    const version = (known?.version ?? -1) + 1;
    const position = BigInt(events.length + 1) as Position;
    const recordedAt = plusDays(START, events.length / 1_000);
    const metadata = { occurredAt: recordedAt, recordedAt, actor: 'spec', correlationId: id, causationId: id };
    events.push({
      eventId: derivedId(id, String(version)),
      type,
      data,
      metadata,
      streamId: migrationStreamOf(id),
      revision: version,
      position,
    });
    const state = migrationDecider.evolve(known?.state ?? null, { type, data } as MigrationEvent)!;
    states.set(id, { state, updatedAt: recordedAt, version });
  }
}
