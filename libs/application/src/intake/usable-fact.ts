import { cloudEventOf, type IncomingFact, readFact } from '#messaging';
import { fitDetail, isPayloadReference } from './fit-for-the-log.ts';

export type UsableFact =
  | { readonly ok: true; readonly fact: IncomingFact }
  /** The fault is the message's own: nothing that happens here will ever mend it. */
  | { readonly ok: false; readonly reason: string; readonly detail: string };

/** What a payload tells this partner, before anything is known of the customer. */
export function usableFactIn(payload: unknown, partnerTenantId: string): UsableFact {
  if (isPayloadReference(payload)) {
    const { bytes, sha256 } = payload.tooLargeToKeep;
    const detail = `nothing in the message could be used, and with ${bytes} bytes (SHA-256 ${sha256}) it does not fit into the log: only its beginning is kept, so that no replay can apply it. What came by a topic is in the topic's dead letters, with why: mend the sender and send it again, smaller`;
    return { ok: false, reason: 'too-large-to-keep', detail };
  }
  const incoming = cloudEventOf(payload);
  if (!incoming.ok)
    return { ok: false, reason: 'no-cloud-event', detail: fitDetail(`the message is no CloudEvent 1.0 (${incoming.detail})`) };
  const reading = readFact(incoming.event);
  if (!reading.ok) return { ...reading, detail: fitDetail(reading.detail) };
  const { fact } = reading;
  if (fact.about === 'relationship' && fact.partnerTenantId !== partnerTenantId) {
    const detail = `the message is for partner ${fact.partnerTenantId}; this service runs for ${partnerTenantId}`;
    return { ok: false, reason: 'other-partner', detail };
  }
  return { ok: true, fact };
}
