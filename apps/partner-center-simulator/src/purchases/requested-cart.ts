import { z } from 'zod';
import { ApiFault } from '../http/api-fault.ts';

export interface RequestedLine {
  readonly id: number;
  readonly catalogItem: string;
  readonly friendlyName: string | null;
  readonly quantity: number;
  readonly billingCycle: string;
  readonly term: string;
  readonly participants: unknown;
}

const body = z.object({
  partnerOnRecordAttestationAccepted: z.boolean().nullish(),
  lineItems: z
    .array(
      z.object({
        id: z.int(),
        catalogItemId: z.string(),
        friendlyName: z.string().nullish(),
        quantity: z.int(),
        billingCycle: z.string(),
        termDuration: z.string(),
        participants: z.unknown().optional(),
      }),
    )
    .min(1),
});

/** The lines of a cart that is created or replaced. */
export function readRequestedCart(sent: unknown): RequestedLine[] {
  const parsed = body.safeParse(sent);
  if (!parsed.success) throw new ApiFault(400, 800002, `The cart is not understood: ${z.prettifyError(parsed.error)}`);
  if (parsed.data.partnerOnRecordAttestationAccepted !== true) {
    throw new ApiFault(400, 900206, 'partnerOnRecordAttestationAccepted must be true.');
  }
  return parsed.data.lineItems.map(({ id, catalogItemId, friendlyName, quantity, billingCycle, termDuration, participants }) => ({
    id,
    catalogItem: catalogItemId,
    friendlyName: friendlyName ?? null,
    quantity,
    billingCycle,
    term: termDuration,
    participants: participants ?? null,
  }));
}
