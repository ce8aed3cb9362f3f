import { type Day, type Instant, parseInstant, plusDays } from '#kernel';
import type { MigrationCommand, RegisterMigration } from './commands.ts';
import type { MigrationEvent, MigrationEventOf, MigrationEventType } from './events.ts';
import {
  DEFAULT_POLICY,
  type LineRegistration,
  type Migration,
  type MigrationRefusalCode,
  type MigrationState,
  NO_MIGRATION,
  type Target,
  migrationDecider,
} from './index.ts';

export const SKU = '6fd2c87f-b296-42f0-b197-1e91e994b900';
export const OTHER_SKU = '3b555118-da6a-4418-894f-7df1e2096870';
export const A = '0b6cb2f5-8f65-4f0e-8d34-3ae4cf1ee0a1';
export const B = '1d7f1f33-5f0d-4a56-9a1e-6f0f4d3b7c22';

export const START = '2026-12-01T08:00:00.000Z' as Instant;
/** The last day of the term of every line that says no other. */
export const TERM_END = '2026-12-31' as Day;
export const NATURAL_END = '2027-01-01T00:00:00.000Z' as Instant;

export function at(text: string): Instant {
  return parseInstant(text.includes('T') ? text : `${text}T00:00:00Z`)!;
}

export function day(text: string): Day {
  return text as Day;
}

export function line(change: Partial<LineRegistration> = {}): LineRegistration {
  return {
    originalSubscriptionId: A,
    program: 'web-direct',
    offerName: 'Office 365 E3',
    skuId: SKU,
    seats: 25,
    termEnd: TERM_END,
    autoRenew: false,
    target: null,
    ...change,
  };
}

export function target(change: Partial<Target> = {}): Target {
  return {
    catalogItem: 'CFQ7TTC0LF8R:0001:CFQ7TTC0K971',
    skuId: SKU,
    seats: 25,
    termDuration: 'P1Y',
    billingCycle: 'monthly',
    minimumSeats: 1,
    maximumSeats: 10_000,
    seatPool: null,
    monthlyPrice: 20,
    currency: 'USD',
    ...change,
  };
}

export function registration(change: Partial<RegisterMigration> = {}): RegisterMigration {
  return {
    type: 'RegisterMigration',
    at: START,
    migrationId: '5b0e4b0e-2f57-5c2c-9a59-93a1a4f5b1c7',
    partnerTenantId: '7c7c2a52-4d28-4c8a-9a3b-0f4a5d6e7f80',
    customerTenantId: 'e2f1a9c4-90ab-4cde-8f01-23456789abcd',
    customerName: 'Contoso',
    customerDomain: 'contoso.com',
    country: 'US',
    contactEmail: 'admin@contoso.com',
    wave: null,
    policy: DEFAULT_POLICY,
    lines: [line()],
    ...change,
  };
}

type WithoutTime<Command> = Command extends { readonly at: Instant } ? Omit<Command, 'at'> : never;

/** A migration told step by step: each step is a command at the story's time, and asserts that it is not refused. */
export class Story {
  state: MigrationState = NO_MIGRATION;
  readonly events: MigrationEvent[] = [];

  constructor(public now: Instant = START) {}

  /** Moves the story's time on. */
  on(text: string): this {
    this.now = at(text);
    return this;
  }

  later(days: number): this {
    this.now = plusDays(this.now, days);
    return this;
  }

  do(...commands: readonly WithoutTime<MigrationCommand>[]): this {
    for (const command of commands) {
      const decision = migrationDecider.decide({ ...command, at: this.now }, this.state);
      if (decision.kind === 'refused') throw new Error(`${command.type}: ${decision.refusal.code} (${decision.refusal.detail})`);
      this.events.push(...decision.events);
      this.state = decision.events.reduce(migrationDecider.evolve, this.state);
    }
    return this;
  }

  /** What a command would do now, without doing it: the events' types, or the refusal's code. */
  whatIf(command: WithoutTime<MigrationCommand>): readonly MigrationEventType[] | MigrationRefusalCode {
    const decision = migrationDecider.decide({ ...command, at: this.now }, this.state);
    return decision.kind === 'refused' ? decision.refusal.code : decision.events.map((event) => event.type);
  }

  /** Goes on from where another story stands. */
  adopt(other: Story): this {
    this.state = other.state;
    return this;
  }

  get migration(): Migration {
    return this.state!;
  }

  types(): readonly MigrationEventType[] {
    return this.events.map((event) => event.type);
  }

  /** Events of a type, in order. */
  told<Type extends MigrationEventType>(type: Type): readonly MigrationEventOf<Type>['data'][] {
    return this.events.filter((event) => event.type === type).map((event) => event.data as MigrationEventOf<Type>['data']);
  }

  registered(change: Partial<RegisterMigration> = {}): this {
    return this.do(registration(change));
  }

  matched(change: Partial<Target> = {}, ...ids: readonly string[]): this {
    const of = ids.length > 0 ? ids : this.migration.lines.map((known) => known.originalSubscriptionId);
    return this.do({
      type: 'RecordOfferMatches',
      matches: of.map((originalSubscriptionId) => ({ originalSubscriptionId, target: target(change), detail: '' })),
    });
  }

  invited(): this {
    return this.do({
      type: 'RecordInvitationSent',
      link: 'https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship',
      mailed: true,
    });
  }

  accepted(occurredAt: Instant = this.now, key = `webhook ${occurredAt}`): this {
    return this.do({ type: 'RecordAcceptance', occurredAt, key });
  }

  purchaseStarted(...ids: readonly string[]): this {
    const of = ids.length > 0 ? ids : this.migration.lines.map((known) => known.originalSubscriptionId);
    return this.do({
      type: 'StartPurchase',
      freshCatalogItems: Object.fromEntries(of.map((id) => [id, 'CFQ7TTC0LF8R:0001:CFQ7TTC0NEW1'])),
    });
  }

  cart(cartId = `cart ${this.migration.purchases}`): this {
    return this.do({ type: 'RecordCartCreated', attempt: this.migration.purchases, cartId });
  }

  /** The checkout of the open purchase's cart orders all of its lines. */
  ordered(orderId = `order ${this.migration.purchases}`): this {
    const { attempt, cartId, lines } = this.migration.purchase!;
    return this.do({
      type: 'RecordPurchaseOutcome',
      attempt,
      cartId,
      orders: [{ orderId, lineNumbers: lines.map((item) => item.lineNumber) }],
      failedLines: [],
    });
  }

  bought(): this {
    return this.purchaseStarted().cart().ordered();
  }

  provisioned(originalSubscriptionId = A, quantity?: number): this {
    const known = this.migration.lines.find((candidate) => candidate.originalSubscriptionId === originalSubscriptionId)!;
    return this.do({
      type: 'RecordSubscriptionProvisioned',
      originalSubscriptionId,
      orderId: known.order!.orderId,
      subscriptionId: `target of ${originalSubscriptionId}`,
      quantity: quantity ?? known.chosen!.seats,
      commitmentEnd: day('2027-12-26'),
    });
  }

  original(
    change: 'expiring' | 'expired' | 'cancelled' | 'renewed' | 'extended',
    occurredAt: Instant = this.now,
    termEnd: Day | null = null,
    originalSubscriptionId = A,
  ): this {
    return this.do({
      type: 'RecordOriginalChange',
      originalSubscriptionId,
      change,
      occurredAt,
      key: `message ${change} ${occurredAt}`,
      termEnd,
    });
  }
}

/** Accepted, with its target chosen, on the day on which it is to be bought. */
export function readyToBuy(change: Partial<LineRegistration> = {}, wanted: Partial<Target> = {}): Story {
  return new Story()
    .registered({ lines: [line(change)] })
    .matched(wanted)
    .invited()
    .accepted()
    .on('2026-12-27');
}
