import { relationshipTypeOf, type IncomingEvent } from '#messaging';
import type { WebhookNotice } from '#partner-center';

export const PARTNER_CENTER_SOURCE = 'urn:microsoft:partner-center';

export type WebhookReading = { readonly ok: true; readonly incoming: IncomingEvent } | { readonly ok: false; readonly reason: string };

/** A verified notice of Partner Center as the message it stands for (facts §3.5); most notices stand for none. */
export function readWebhookNotice(notice: WebhookNotice, partnerTenantId: string): WebhookReading {
  if (notice.eventName !== 'reseller-relationship-accepted-by-customer')
    return { ok: false, reason: `events of type ${notice.eventName} change nothing here` };
  if (!notice.customerTenantId) return { ok: false, reason: 'the notice names no customer' };
  const { customerTenantId, occurredAt, dedupeKey } = notice;
  const data = { customerTenantId, partnerTenantId: notice.partnerTenantId ?? partnerTenantId, occurredAt };
  const event = {
    specversion: '1.0',
    id: dedupeKey,
    source: PARTNER_CENTER_SOURCE,
    type: relationshipTypeOf('accepted'),
    time: occurredAt,
    data,
  };
  return { ok: true, incoming: { ok: true, event } };
}
