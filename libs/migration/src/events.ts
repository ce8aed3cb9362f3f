import type { Day, DomainEvent, Instant } from '#kernel';
import type { AnnouncedGap, EndingFact, LineRegistration, Target } from './model/line.ts';
import type { MigrationPolicy } from './model/policy.ts';
import type { PurchaseLine } from './model/state.ts';

/** `at` is the moment the event speaks of; a fact from outside also carries the key that breaks ties (contract §4). */
interface At {
  readonly at: Instant;
}
interface OfLine extends At {
  readonly originalSubscriptionId: string;
}
interface FromOutside {
  readonly key: string;
}

interface EventData {
  'migration.registered.v1': At & {
    readonly migrationId: string;
    readonly partnerTenantId: string;
    readonly customerTenantId: string;
    readonly customerName: string;
    readonly customerDomain: string;
    readonly country: string;
    readonly contactEmail: string | null;
    readonly wave: string | null;
    readonly policy: MigrationPolicy;
    readonly lines: readonly LineRegistration[];
  };
  'migration.line-added.v1': At & { readonly line: LineRegistration };
  'migration.target-chosen.v1': OfLine & { readonly target: Target; readonly by: 'catalog' | 'person' };
  'migration.offer-unmapped.v1': OfLine & { readonly detail: string };
  'migration.reseller-requested.v1': At;
  'migration.invitation-sent.v1': At & { readonly link: string; readonly mailed: boolean };
  'migration.reminder-sent.v1': At & { readonly number: number };
  'migration.invitation-lapsed.v1': At;
  'migration.accepted.v1': At & FromOutside;
  'migration.declined.v1': At & FromOutside;
  'migration.relationship-removed.v1': At & FromOutside;
  'migration.provisioning-asked.v1': OfLine & { readonly notBefore: Instant };
  'migration.provisioning-started.v1': At & { readonly attempt: number; readonly lines: readonly PurchaseLine[] };
  'migration.cart-created.v1': At & { readonly attempt: number; readonly cartId: string };
  'migration.order-placed.v1': OfLine & { readonly cartId: string; readonly orderId: string };
  /** Definite: nothing was bought for this line by this attempt. */
  'migration.purchase-failed.v1': OfLine & { readonly code: string; readonly detail: string; readonly final: boolean };
  /** The attempt has its definite answer; what it did is in the events before. */
  'migration.purchase-closed.v1': At & { readonly attempt: number };
  'migration.subscription-provisioned.v1': OfLine & {
    readonly subscriptionId: string;
    readonly orderId: string;
    readonly quantity: number;
    readonly commitmentEnd: Day;
    /** Before `at`, when it was seen; absent = then. */
    readonly activeAt?: Instant;
  };
  'migration.reassignment-started.v1': OfLine & { readonly inScope: number };
  'migration.reassignment-progressed.v1': OfLine & { readonly inScope: number; readonly reassigned: number; readonly failed: number };
  'migration.licenses-reassigned.v1': OfLine & { readonly inScope: number };
  'migration.ending-cleared.v1': OfLine;
  'migration.ending-refused.v1': OfLine & { readonly fact: EndingFact; readonly detail: string };
  'migration.end-advised.v1': OfLine & { readonly mailed: boolean };
  'migration.original-end-chosen.v1': OfLine & { readonly by: 'expiry' | 'cancellation'; readonly daysForfeited: number };
  'migration.original-expiring.v1': OfLine & FromOutside & { readonly termEnd: Day | null };
  'migration.original-expired.v1': OfLine & FromOutside & { readonly termEnd: Day | null };
  'migration.original-cancelled.v1': OfLine & FromOutside & { readonly termEnd: Day | null };
  'migration.original-renewed.v1': OfLine & FromOutside & { readonly termEnd: Day | null };
  'migration.original-extended.v1': OfLine & FromOutside & { readonly termEnd: Day | null };
  'migration.gap-foreseen.v1': GapData;
  'migration.gap-opened.v1': GapData;
  'migration.gap-closed.v1': GapData;
  /** A foreseen gap will not happen after all, or an open one turns out never to have been. */
  'migration.gap-averted.v1': GapData;
  'migration.overlap-opened.v1': OfLine & { readonly start: Instant; readonly seats: number };
  'migration.overlap-closed.v1': OfLine & {
    readonly start: Instant;
    readonly end: Instant;
    readonly seats: number;
    readonly days: number;
    readonly cost: number | null;
    readonly currency: string | null;
  };
  'migration.attention-raised.v1': At & {
    readonly code: string;
    readonly detail: string;
    readonly kind: string;
    readonly originalSubscriptionId: string | null;
  };
  'migration.attention-cleared.v1': At & { readonly kind: string; readonly originalSubscriptionId: string | null };
  'migration.retry-asked.v1': At;
  'migration.held.v1': At & { readonly reason: string; readonly until: Instant | null };
  'migration.resumed.v1': At;
  'migration.withdrawn.v1': At & { readonly reason: string };
  'migration.completed.v1': At;
  /** The customer's next migration takes the place of this one, which is closed or completed. */
  'migration.superseded.v1': At & { readonly successorId: string };
  /** An original that had ended goes on after all: it was renewed or extended late. */
  'migration.reopened.v1': At;
}

/** Contract, shapes: `gaps`. */
interface GapData extends OfLine {
  readonly start: AnnouncedGap['start'];
  readonly end: AnnouncedGap['end'];
  readonly seats: number;
  readonly cause: string;
}

export type MigrationEventType = keyof EventData;
export type MigrationEventOf<Type extends MigrationEventType> = DomainEvent<Type, EventData[Type]>;
export type MigrationEvent = { [Type in MigrationEventType]: MigrationEventOf<Type> }[MigrationEventType];

/** An event of a type with its data: the compiler holds the two together. */
export function migrationEvent<Type extends MigrationEventType>(type: Type, data: EventData[Type]): MigrationEventOf<Type> {
  return { type, data };
}

/** Every event type, with the JSON pointers of its personal data, so that one place can encrypt it (design §4). */
export const MIGRATION_EVENT_PERSONAL_DATA: Readonly<Record<MigrationEventType, readonly string[]>> = {
  'migration.registered.v1': ['/customerName', '/customerDomain', '/contactEmail'],
  'migration.line-added.v1': [],
  'migration.target-chosen.v1': [],
  'migration.offer-unmapped.v1': [],
  'migration.reseller-requested.v1': [],
  'migration.invitation-sent.v1': [],
  'migration.reminder-sent.v1': [],
  'migration.invitation-lapsed.v1': [],
  'migration.accepted.v1': [],
  'migration.declined.v1': [],
  'migration.relationship-removed.v1': [],
  'migration.provisioning-asked.v1': [],
  'migration.provisioning-started.v1': [],
  'migration.cart-created.v1': [],
  'migration.order-placed.v1': [],
  'migration.purchase-failed.v1': [],
  'migration.purchase-closed.v1': [],
  'migration.subscription-provisioned.v1': [],
  'migration.reassignment-started.v1': [],
  'migration.reassignment-progressed.v1': [],
  'migration.licenses-reassigned.v1': [],
  'migration.ending-cleared.v1': [],
  'migration.ending-refused.v1': [],
  'migration.end-advised.v1': [],
  'migration.original-end-chosen.v1': [],
  'migration.original-expiring.v1': [],
  'migration.original-expired.v1': [],
  'migration.original-cancelled.v1': [],
  'migration.original-renewed.v1': [],
  'migration.original-extended.v1': [],
  'migration.gap-foreseen.v1': [],
  'migration.gap-opened.v1': [],
  'migration.gap-closed.v1': [],
  'migration.gap-averted.v1': [],
  'migration.overlap-opened.v1': [],
  'migration.overlap-closed.v1': [],
  'migration.attention-raised.v1': [],
  'migration.attention-cleared.v1': [],
  'migration.retry-asked.v1': [],
  'migration.held.v1': [],
  'migration.resumed.v1': [],
  'migration.withdrawn.v1': [],
  'migration.completed.v1': [],
  'migration.superseded.v1': [],
  'migration.reopened.v1': [],
};
