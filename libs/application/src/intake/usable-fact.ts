import { cloudEventOf, type IncomingFact, readFact } from '#messaging';

export type UsableFact =
  | { readonly ok: true; readonly fact: IncomingFact }
  /** The fault is the message's own: nothing that happens here will ever mend it. */
  | { readonly ok: false; readonly reason: string; readonly detail: string };

/** What a payload tells this partner, before anything is known of the customer. */
export function usableFactIn(payload: unknown, partnerTenantId: string): UsableFact {
  const incoming = cloudEventOf(payload);
  if (!incoming.ok) return { ok: false, reason: 'no-cloud-event', detail: `the message is no CloudEvent 1.0 (${incoming.detail})` };
  const reading = readFact(incoming.event);
  if (!reading.ok) return reading;
  const { fact } = reading;
  if (fact.about === 'relationship' && fact.partnerTenantId !== partnerTenantId) {
    const detail = `the message is for partner ${fact.partnerTenantId}; this service runs for ${partnerTenantId}`;
    return { ok: false, reason: 'other-partner', detail };
  }
  return { ok: true, fact };
}
