import { CloudEvent } from 'cloudevents';
import { derivedId, type Instant, type RecordedEvent } from '#kernel';
import type { Message } from '../message-bus.ts';
import { withoutPersonalData } from './without-personal-data.ts';

export const MIGRATION_STATUS_TYPE = 'cutover.migration.status.v1';

const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

/** Who sends what this service sends. */
export function sourceOf(partnerTenantId: string): string {
  return `urn:cutover:${partnerTenantId}`;
}

/** Internal events of the log are not published: only those of migrations are the contract's (§4). */
export function isPublicEvent({ type }: Pick<RecordedEvent, 'type'>): boolean {
  return type.startsWith('migration.');
}

/** One migration event as the outside sees it, for `migration-events`; without its personal data. */
export function migrationEventMessage(
  recorded: RecordedEvent,
  options: { readonly migrationId: string; readonly partnerTenantId: string; readonly personal: readonly string[] },
): Message {
  const { eventId, type, data, metadata, revision } = recorded;
  const { migrationId, partnerTenantId, personal } = options;
  const event = new CloudEvent({
    specversion: '1.0',
    id: eventId,
    source: sourceOf(partnerTenantId),
    type,
    subject: migrationId,
    time: metadata.occurredAt,
    datacontenttype: 'application/json',
    correlationid: metadata.correlationId,
    causationid: metadata.causationId,
    sequence: String(revision).padStart(10, '0'),
    data: withoutPersonalData(data, personal),
  });
  return { key: migrationId, headers: STRUCTURED, value: JSON.stringify(event.toJSON()) };
}

/** The latest summary of a migration, for the compacted `migration-status`. */
export function migrationStatusMessage(
  summary: { readonly id: string; readonly version: number; readonly updatedAt: Instant },
  partnerTenantId: string,
): Message {
  const event = new CloudEvent({
    specversion: '1.0',
    id: derivedId('migration-status', summary.id, String(summary.version)),
    source: sourceOf(partnerTenantId),
    type: MIGRATION_STATUS_TYPE,
    subject: summary.id,
    time: summary.updatedAt,
    datacontenttype: 'application/json',
    data: summary,
  });
  return { key: summary.id, headers: STRUCTURED, value: JSON.stringify(event.toJSON()) };
}

/** A message that could not be applied, as it came, with why (contract §4, `<topic>.dead-letter`). */
export function deadLetterMessage(
  message: { readonly key: string; readonly payload: unknown },
  fault: { readonly reason: string; readonly attempts: number },
): Message {
  return {
    key: message.key,
    headers: { ...STRUCTURED, reason: fault.reason, attempts: String(fault.attempts) },
    value: JSON.stringify(message.payload),
  };
}
