import { z } from 'zod';
import { TOPICS } from '../topics.ts';
import { day, guid, moment } from './contract-fields.ts';

/** The customer's answer to a reseller request, or the end of the relationship. */
export const customerRelationshipData = z.object({ customerTenantId: guid, partnerTenantId: guid, occurredAt: moment });

/** What became of a subscription that the customer bought in its old program; `termEnd` is a last whole UTC day. */
export const originalSubscriptionData = z.object({
  customerTenantId: guid,
  subscriptionId: guid,
  termEnd: day.nullish(),
  occurredAt: moment,
});

export const RELATIONSHIP_CHANGES = ['accepted', 'declined', 'removed'] as const;
export const ORIGINAL_CHANGES = ['expiring', 'expired', 'cancelled', 'renewed', 'extended'] as const;
export type RelationshipChange = (typeof RELATIONSHIP_CHANGES)[number];
export type OriginalChange = (typeof ORIGINAL_CHANGES)[number];

export type IncomingFact =
  | ({ readonly about: 'relationship'; readonly change: RelationshipChange } & z.infer<typeof customerRelationshipData>)
  | ({ readonly about: 'original'; readonly change: OriginalChange } & z.infer<typeof originalSubscriptionData>);

export interface IncomingContract {
  readonly type: string;
  readonly topic: string;
  readonly data: z.ZodType;
  read(data: unknown): z.ZodSafeParseResult<IncomingFact>;
}

export function relationshipTypeOf(change: RelationshipChange): string {
  return `cutover.customer.relationship-${change}.v1`;
}

export function originalTypeOf(change: OriginalChange): string {
  return `cutover.original.${change}.v1`;
}

/** Every message that comes in (contract §4). */
export const INCOMING_CONTRACTS: readonly IncomingContract[] = [
  ...RELATIONSHIP_CHANGES.map((change) => {
    const schema = customerRelationshipData.transform((data): IncomingFact => ({ about: 'relationship', change, ...data }));
    return {
      type: relationshipTypeOf(change),
      topic: TOPICS.customerRelationships,
      data: customerRelationshipData,
      read: (data: unknown) => schema.safeParse(data),
    };
  }),
  ...ORIGINAL_CHANGES.map((change) => {
    const schema = originalSubscriptionData.transform((data): IncomingFact => ({ about: 'original', change, ...data }));
    return {
      type: originalTypeOf(change),
      topic: TOPICS.originalSubscriptions,
      data: originalSubscriptionData,
      read: (data: unknown) => schema.safeParse(data),
    };
  }),
];
