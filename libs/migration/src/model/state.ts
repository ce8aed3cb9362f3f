import type { Instant } from '#kernel';
import type { Line } from './line.ts';
import type { MigrationPolicy } from './policy.ts';
import type { RelationshipFact } from './relationship-facts.ts';

export interface Attention {
  readonly code: string;
  readonly detail: string;
  readonly since: Instant;
}

/** An attention that automation raised, with the to-do it was about: success of that to-do clears it. */
export interface RaisedAttention extends Attention {
  readonly kind: string;
  readonly originalSubscriptionId: string | null;
}

export interface PurchaseLine {
  readonly lineNumber: number;
  readonly originalSubscriptionId: string;
  readonly catalogItem: string;
  readonly quantity: number;
  readonly termDuration: string;
  readonly billingCycle: string;
}

/** A purchase between its intent and its definite answer. At most one at a time for a customer. */
export interface OpenPurchase {
  readonly attempt: number;
  readonly startedAt: Instant;
  readonly lines: readonly PurchaseLine[];
  /** Persisted before checkout (rule 1). */
  readonly cartId: string | null;
  readonly cartCreatedAt: Instant | null;
}

export interface Invitation {
  readonly link: string;
  readonly sentAt: Instant;
  /** False when there is no address to send it to: the link is there to copy. */
  readonly mailed: boolean;
  readonly reminders: number;
  /** When the last reminder went out: it stands for all reminder days that had passed by then. */
  readonly remindedAt: Instant | null;
}

export interface Migration {
  readonly id: string;
  readonly partnerTenantId: string;
  readonly customerTenantId: string;
  readonly customerName: string;
  readonly customerDomain: string;
  readonly country: string;
  readonly contactEmail: string | null;
  readonly wave: string | null;
  readonly policy: MigrationPolicy;
  readonly registeredAt: Instant;
  readonly lines: readonly Line[];
  readonly relationshipFacts: readonly RelationshipFact[];
  /** When the partner last asked for the relationship. */
  readonly requestedAt: Instant | null;
  /** That of the latest request; null before it went out. */
  readonly invitation: Invitation | null;
  readonly purchase: OpenPurchase | null;
  readonly purchases: number;
  readonly hold: { readonly reason: string; readonly since: Instant; readonly until: Instant | null } | null;
  readonly attentions: readonly RaisedAttention[];
  /** How often a person said `retry`: part of every to-do's id, so that all are tried afresh. */
  readonly retries: number;
  readonly completedAt: Instant | null;
  readonly withdrawn: { readonly at: Instant; readonly reason: string } | null;
  /** The customer's next migration, once it may begin: the relationship is asked for and recorded there from then on. */
  readonly supersededBy: string | null;
}

/** `null` before registration. */
export type MigrationState = Migration | null;

export const NO_MIGRATION: MigrationState = null;

export function lineOf(migration: Migration, originalSubscriptionId: string): Line | undefined {
  return migration.lines.find((line) => line.originalSubscriptionId === originalSubscriptionId);
}
