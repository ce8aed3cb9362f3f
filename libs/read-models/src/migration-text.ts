import type { Line, Migration, OpenPurchase, OriginalFact, PurchaseLine, Target } from '#migration';
import { AS_IT_IS, Packing, type Shape } from './packing.ts';

/** What the row's own columns say already. */
type InColumns = 'id' | 'customerTenantId' | 'customerName' | 'wave';
/** What is the same for many migrations: see `TermsTable`. */
type Terms = Pick<Migration, 'partnerTenantId' | 'policy'> & { readonly link: string | null };
type Invitation = NonNullable<Migration['invitation']>;
/** `sentAt` says whether there is an invitation: its link is among the terms. */
type Rest = Omit<Migration, InColumns | 'partnerTenantId' | 'policy' | 'invitation'> & {
  readonly invitation: Omit<Invitation, 'link'> | null;
};

const TARGET: Shape<Target> = {
  catalogItem: AS_IT_IS,
  skuId: AS_IT_IS,
  seats: AS_IT_IS,
  termDuration: AS_IT_IS,
  billingCycle: AS_IT_IS,
  minimumSeats: AS_IT_IS,
  maximumSeats: AS_IT_IS,
  monthlyPrice: AS_IT_IS,
  currency: AS_IT_IS,
  seatPool: AS_IT_IS,
};

const ORIGINAL_FACT: Shape<OriginalFact> = { kind: AS_IT_IS, at: AS_IT_IS, key: AS_IT_IS, termEnd: AS_IT_IS };

const LINE: Shape<Line> = {
  originalSubscriptionId: AS_IT_IS,
  program: AS_IT_IS,
  offerName: AS_IT_IS,
  skuId: AS_IT_IS,
  seats: AS_IT_IS,
  termEnd: AS_IT_IS,
  autoRenew: AS_IT_IS,
  registeredAt: AS_IT_IS,
  originalFacts: { each: ORIGINAL_FACT },
  failures: AS_IT_IS,
  seatsConfirmed: AS_IT_IS,
  originalSeen: AS_IT_IS,
  chosen: { of: TARGET },
  chosenAt: AS_IT_IS,
  order: { of: { orderId: AS_IT_IS, cartId: AS_IT_IS, placedAt: AS_IT_IS } },
  subscription: { of: { subscriptionId: AS_IT_IS, orderId: AS_IT_IS, quantity: AS_IT_IS, activeAt: AS_IT_IS, commitmentEnd: AS_IT_IS } },
  provisionNotBefore: AS_IT_IS,
  overlapSince: AS_IT_IS,
  endingCheck: { of: { checkedAt: AS_IT_IS, failed: AS_IT_IS } },
  endAdvisedAt: AS_IT_IS,
  gap: { of: { phase: AS_IT_IS, start: AS_IT_IS, end: AS_IT_IS } },
  reassignment: { of: { inScope: AS_IT_IS, reassigned: AS_IT_IS, failed: AS_IT_IS, completedAt: AS_IT_IS } },
  target: { of: { catalogItem: AS_IT_IS, skuId: AS_IT_IS, seats: AS_IT_IS } },
  endChoice: { of: { by: AS_IT_IS, daysForfeited: AS_IT_IS, chosenAt: AS_IT_IS } },
  unmappedSince: AS_IT_IS,
  failedAt: AS_IT_IS,
  failureCode: AS_IT_IS,
  endUntoldSince: AS_IT_IS,
};

const RELATIONSHIP_FACT: Shape<Migration['relationshipFacts'][number]> = { kind: AS_IT_IS, at: AS_IT_IS, key: AS_IT_IS };

const PURCHASE_LINE: Shape<PurchaseLine> = {
  lineNumber: AS_IT_IS,
  originalSubscriptionId: AS_IT_IS,
  catalogItem: AS_IT_IS,
  quantity: AS_IT_IS,
  termDuration: AS_IT_IS,
  billingCycle: AS_IT_IS,
};

const PURCHASE: Shape<OpenPurchase> = {
  attempt: AS_IT_IS,
  startedAt: AS_IT_IS,
  lines: { each: PURCHASE_LINE },
  cartId: AS_IT_IS,
  cartCreatedAt: AS_IT_IS,
};

const REST: Shape<Rest> = {
  customerDomain: AS_IT_IS,
  country: AS_IT_IS,
  contactEmail: AS_IT_IS,
  registeredAt: AS_IT_IS,
  lines: { each: LINE },
  relationshipFacts: { each: RELATIONSHIP_FACT },
  purchases: AS_IT_IS,
  attentions: { each: { code: AS_IT_IS, detail: AS_IT_IS, since: AS_IT_IS, kind: AS_IT_IS, originalSubscriptionId: AS_IT_IS } },
  retries: AS_IT_IS,
  requestedAt: AS_IT_IS,
  invitation: { of: { sentAt: AS_IT_IS, mailed: AS_IT_IS, reminders: AS_IT_IS, remindedAt: AS_IT_IS } },
  purchase: { of: PURCHASE },
  completedAt: AS_IT_IS,
  hold: { of: { reason: AS_IT_IS, since: AS_IT_IS, until: AS_IT_IS } },
  withdrawn: { of: { at: AS_IT_IS, reason: AS_IT_IS } },
  supersededBy: AS_IT_IS,
};

const REST_PACKING = new Packing<Rest>(REST);

/** The last text made of a policy: the same for every later state of its migration, until a link is added. */
const lastTerms = new WeakMap<Migration['policy'], { readonly terms: Terms; readonly text: string }>();

/** What of a migration's state is in `terms`, as text. */
export function termsTextOf({ partnerTenantId, policy, invitation }: Migration): string {
  const link = invitation?.link ?? null;
  const last = lastTerms.get(policy);
  if (last?.terms.link === link && last.terms.partnerTenantId === partnerTenantId) return last.text;
  const terms: Terms = { partnerTenantId, policy, link };
  const text = JSON.stringify(terms);
  lastTerms.set(policy, { terms, text });
  return text;
}

/** What of a migration's state is neither in the row's columns nor in `terms`, as text: half of what its JSON would take. */
export function stateTextOf(migration: Migration): string {
  return JSON.stringify(REST_PACKING.pack(migration));
}

const GUID_LENGTH = 36;

/** What is searched for: name, domain and tenant. */
export function searchTextOf({ customerName, customerDomain, customerTenantId }: Migration): string {
  return `${customerName} ${customerDomain} ${customerTenantId}`.toLowerCase();
}

/** The tenant's id, which is in lower case everywhere, ends the text. */
function tenantIn(search: string): string {
  return search.slice(-GUID_LENGTH);
}

/** A row with its terms' text. */
export interface StoredTexts {
  readonly id: string;
  readonly customer_name: string;
  readonly wave: string | null;
  readonly search: string;
  readonly state: string;
  readonly terms_text: string;
}

export function migrationFrom({ id, customer_name: customerName, wave, search, state, terms_text }: StoredTexts): Migration {
  const { link, ...terms } = JSON.parse(terms_text) as Terms;
  const { invitation, ...rest } = REST_PACKING.unpack(JSON.parse(state) as unknown[]);
  return {
    id,
    customerName,
    wave,
    customerTenantId: tenantIn(search),
    ...terms,
    ...rest,
    invitation: invitation && { ...invitation, link: link ?? '' },
  };
}
