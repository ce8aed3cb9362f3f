import type { Day, Instant } from '#kernel';
import type { OriginalFact } from './original-facts.ts';
import type { Program } from './program.ts';

/** What is registered of an original and, where the partner knows it, of its replacement (contract, import columns). */
export interface LineRegistration {
  readonly originalSubscriptionId: string;
  readonly program: Program;
  readonly offerName: string;
  readonly skuId: string;
  readonly seats: number;
  readonly termEnd: Day;
  readonly autoRenew: boolean;
  readonly target: TargetWish | null;
}

export interface TargetWish {
  readonly catalogItem: string | null;
  readonly skuId: string | null;
  readonly seats: number | null;
}

/** What is to be provisioned, with the limits its catalog entry sets (facts §4.2, §4.9). */
export interface Target {
  readonly catalogItem: string;
  readonly skuId: string;
  readonly seats: number;
  readonly termDuration: string;
  readonly billingCycle: string;
  readonly minimumSeats: number;
  readonly maximumSeats: number;
  /** Seats that a tenant may hold of this SKU over all channels; null = no such pool. */
  readonly seatPool: number | null;
  /** Price of one seat for one month; null = not known. */
  readonly monthlyPrice: number | null;
  readonly currency: string | null;
}

export type OfferMatch = 'same' | 'different' | 'unmapped';

export interface PlacedOrder {
  readonly orderId: string;
  readonly cartId: string;
  readonly placedAt: Instant;
}

export interface ProvisionedSubscription {
  readonly subscriptionId: string;
  readonly orderId: string;
  readonly quantity: number;
  readonly activeAt: Instant;
  readonly commitmentEnd: Day;
}

/** Progress of moving users to the target's SKU; the users themselves are in a stream of their own. */
export interface ReassignmentProgress {
  readonly inScope: number;
  readonly reassigned: number;
  readonly failed: number;
  readonly completedAt: Instant | null;
}

/** Rule 3: the six facts that must be read back before an original may be ended. */
export const ENDING_FACTS = [
  'target-active',
  'same-customer',
  'seats-sufficient',
  'users-licensed',
  'original-active',
  'dates-leave-buffer',
] as const;
export type EndingFact = (typeof ENDING_FACTS)[number];

export interface EndingCheck {
  readonly checkedAt: Instant;
  /** null = all six hold. */
  readonly failed: EndingFact | null;
}

export interface EndChoice {
  readonly by: 'expiry' | 'cancellation';
  readonly daysForfeited: number;
  readonly chosenAt: Instant;
}

/** A gap as it was announced: what the events have said so far, to be compared with what coverage says now. */
export interface AnnouncedGap {
  readonly phase: 'foreseen' | 'open' | 'closed';
  readonly start: Instant;
  readonly end: Instant | null;
}

export interface Line extends LineRegistration {
  readonly registeredAt: Instant;
  readonly chosen: Target | null;
  readonly chosenAt: Instant | null;
  /** Set once the catalog was asked and has no answer: a person decides. */
  readonly unmappedSince: Instant | null;
  readonly originalFacts: readonly OriginalFact[];
  /** A person asked for provisioning not before this moment, in place of the planned one. */
  readonly provisionNotBefore: Instant | null;
  readonly order: PlacedOrder | null;
  readonly subscription: ProvisionedSubscription | null;
  readonly failures: number;
  readonly failedAt: Instant | null;
  readonly failureCode: string | null;
  readonly reassignment: ReassignmentProgress | null;
  readonly endingCheck: EndingCheck | null;
  /** The needed seats were read back from the outside, however many the order had brought. */
  readonly seatsConfirmed: boolean;
  /** The directory has shown the original as active. */
  readonly originalSeen: boolean;
  readonly endAdvisedAt: Instant | null;
  /** No mail could tell the customer that the original may end: since then a person has to. */
  readonly endUntoldSince: Instant | null;
  readonly endChoice: EndChoice | null;
  readonly gap: AnnouncedGap | null;
  readonly overlapSince: Instant | null;
}

/** A line as it stands right after its registration. */
export function registeredLine(registration: LineRegistration, registeredAt: Instant): Line {
  return {
    ...registration,
    registeredAt,
    chosen: null,
    chosenAt: null,
    unmappedSince: null,
    originalFacts: [],
    provisionNotBefore: null,
    order: null,
    subscription: null,
    failures: 0,
    failedAt: null,
    failureCode: null,
    reassignment: null,
    endingCheck: null,
    seatsConfirmed: false,
    originalSeen: false,
    endAdvisedAt: null,
    endUntoldSince: null,
    endChoice: null,
    gap: null,
    overlapSince: null,
  };
}

export function offerMatchOf(line: Line): OfferMatch {
  if (!line.chosen) return 'unmapped';
  return line.chosen.skuId === line.skuId ? 'same' : 'different';
}
