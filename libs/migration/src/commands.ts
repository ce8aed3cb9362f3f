import type { Day, Instant } from '#kernel';
import type { LineRegistration, Target } from './model/line.ts';
import type { MigrationPolicy } from './model/policy.ts';

/** Every command says when it is given: the domain has no clock. */
interface Command<Type extends string> {
  readonly type: Type;
  readonly at: Instant;
}

export interface RegisterMigration extends Command<'RegisterMigration'> {
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
}

/** Lines of a customer whose migration is open already, from a later row or file. Known originals are left as they are. */
export interface AddLines extends Command<'AddLines'> {
  readonly lines: readonly LineRegistration[];
}

/** What the catalog answered for the lines without a target: the one to buy, or why there is none. */
export interface RecordOfferMatches extends Command<'RecordOfferMatches'> {
  readonly matches: readonly { readonly originalSubscriptionId: string; readonly target: Target | null; readonly detail: string }[];
}

/**
 * The customer is registered anew: its next migration takes this one's place for good. Recorded here before that one
 * begins, so that a registration and whatever would revive this one meet in one stream (ADR 0008).
 */
export interface Supersede extends Command<'Supersede'> {
  readonly successorId: string;
}

export interface ChooseTarget extends Command<'ChooseTarget'> {
  readonly originalSubscriptionId: string;
  /** As the catalog describes it, with the seats that the person wants. */
  readonly target: Target;
}

export interface RequestReseller extends Command<'RequestReseller'> {}

export interface RecordInvitationSent extends Command<'RecordInvitationSent'> {
  readonly link: string;
  readonly mailed: boolean;
}

export interface RecordReminderSent extends Command<'RecordReminderSent'> {
  readonly number: number;
}

export interface LapseInvitation extends Command<'LapseInvitation'> {}

/** A relationship fact from outside; `key` names its message, `occurredAt` is its own time. */
export interface RecordAcceptance extends Command<'RecordAcceptance'> {
  readonly occurredAt: Instant;
  readonly key: string;
}
export interface RecordDecline extends Command<'RecordDecline'> {
  readonly occurredAt: Instant;
  readonly key: string;
}
export interface RecordRelationshipRemoved extends Command<'RecordRelationshipRemoved'> {
  readonly occurredAt: Instant;
  readonly key: string;
}

/** A person (or the plan of a wave) asks to provision not before a moment: all lines, or one. */
export interface ProvisionSubscription extends Command<'ProvisionSubscription'> {
  readonly originalSubscriptionId: string | null;
  readonly notBefore: Instant | null;
}

/** Begins the purchase of every line that is due: the intent, recorded before anything is asked of the outside. */
export interface StartPurchase extends Command<'StartPurchase'> {
  /** Catalog items rotate: the fresh ones, by the original's id (facts §4.2). */
  readonly freshCatalogItems: Readonly<Record<string, string>>;
}

export interface RecordCartCreated extends Command<'RecordCartCreated'> {
  readonly attempt: number;
  readonly cartId: string;
}

/** A definite answer to a purchase attempt: which lines have an order, which have none. */
export interface RecordPurchaseOutcome extends Command<'RecordPurchaseOutcome'> {
  readonly attempt: number;
  readonly cartId: string | null;
  readonly orders: readonly { readonly orderId: string; readonly lineNumbers: readonly number[] }[];
  readonly failedLines: readonly { readonly lineNumber: number; readonly code: string; readonly detail: string; readonly final: boolean }[];
}

/** An order ended without a subscription: definite, nothing was bought by it. */
export interface RecordOrderFailed extends Command<'RecordOrderFailed'> {
  readonly originalSubscriptionId: string;
  readonly orderId: string;
  readonly code: string;
  readonly detail: string;
}

export interface RecordSubscriptionProvisioned extends Command<'RecordSubscriptionProvisioned'> {
  readonly originalSubscriptionId: string;
  readonly orderId: string;
  readonly subscriptionId: string;
  readonly quantity: number;
  readonly commitmentEnd: Day;
  /** Since when it is active, where the outside says so; else since it was seen. */
  readonly activeAt?: Instant;
}

export interface RecordReassignment extends Command<'RecordReassignment'> {
  readonly originalSubscriptionId: string;
  readonly inScope: number;
  readonly reassigned: number;
  readonly failed: number;
  /** Every user in scope was looked at, and none is left with the old SKU alone. */
  readonly complete: boolean;
}

/** Rule 3: what was read back from the outside about ending one original. */
export interface EndingFacts {
  readonly targetActive: boolean;
  readonly sameCustomer: boolean;
  readonly activeSeats: number;
  /** Users that would be without a license of the needed SKU once the original is gone. */
  readonly unlicensedUsers: number;
  readonly originalActive: boolean;
}

export interface RecordEndingCheck extends Command<'RecordEndingCheck'> {
  readonly originalSubscriptionId: string;
  readonly facts: EndingFacts;
}

export interface RecordEndAdvised extends Command<'RecordEndAdvised'> {
  readonly originalSubscriptionId: string;
  readonly mailed: boolean;
}

export interface ChooseOriginalEnd extends Command<'ChooseOriginalEnd'> {
  readonly originalSubscriptionId: string;
  readonly by: 'expiry' | 'cancellation';
  readonly acknowledgeNoRefund: boolean;
  /** Read back for a cancellation (rule 3); null when the outside was not asked because the state alone forbids it. */
  readonly facts: EndingFacts | null;
}

/** What became of an original, from a message or from what the directory shows. */
export interface RecordOriginalChange extends Command<'RecordOriginalChange'> {
  readonly originalSubscriptionId: string;
  readonly change: 'expiring' | 'expired' | 'cancelled' | 'renewed' | 'extended';
  readonly occurredAt: Instant;
  readonly key: string;
  readonly termEnd: Day | null;
}

/** Time has passed: says what it did to the coverage. */
export interface AssessCoverage extends Command<'AssessCoverage'> {}

export interface RaiseAttention extends Command<'RaiseAttention'> {
  readonly kind: string;
  readonly originalSubscriptionId: string | null;
  readonly code: string;
  readonly detail: string;
}

/** What the attention was about has worked after all. */
export interface ClearAttention extends Command<'ClearAttention'> {
  readonly kind: string;
  readonly originalSubscriptionId: string | null;
}

export interface Retry extends Command<'Retry'> {}

export interface Hold extends Command<'Hold'> {
  readonly reason: string;
  readonly until: Instant | null;
}

export interface Resume extends Command<'Resume'> {}

export interface Withdraw extends Command<'Withdraw'> {
  readonly reason: string;
}

export type MigrationCommand =
  | RegisterMigration
  | AddLines
  | Supersede
  | RecordOfferMatches
  | ChooseTarget
  | RequestReseller
  | RecordInvitationSent
  | RecordReminderSent
  | LapseInvitation
  | RecordAcceptance
  | RecordDecline
  | RecordRelationshipRemoved
  | ProvisionSubscription
  | StartPurchase
  | RecordCartCreated
  | RecordPurchaseOutcome
  | RecordOrderFailed
  | RecordSubscriptionProvisioned
  | RecordReassignment
  | RecordEndingCheck
  | RecordEndAdvised
  | ChooseOriginalEnd
  | RecordOriginalChange
  | AssessCoverage
  | RaiseAttention
  | ClearAttention
  | Retry
  | Hold
  | Resume
  | Withdraw;
