import { CloudEvent } from 'cloudevents';
import { derivedId, type Instant, type RecordedEvent } from '#kernel';
import type { Message } from '../message-bus.ts';
import type { TraceContext } from '../trace-context.ts';
import { eventMessage, type OutgoingMode } from './event-message.ts';
import { withoutPersonalData } from './without-personal-data.ts';

export const MIGRATION_STATUS_TYPE = 'cutover.migration.status.v1';

/** Who sends what this service sends. */
export function sourceOf(partnerTenantId: string): string {
  return `urn:cutover:${partnerTenantId}`;
}

/** Internal events of the log are not published: only those of migrations are the contract's (§4). */
export function isPublicEvent({ type }: Pick<RecordedEvent, 'type'>): boolean {
  return type.startsWith('migration.');
}

export interface PublicEventOptions {
  readonly migrationId: string;
  readonly partnerTenantId: string;
  /** Pointers to what is left out. */
  readonly personal: readonly string[];
  /** Default `structured`. */
  readonly mode?: OutgoingMode;
  /** That of the message which caused the event, where there is one. */
  readonly trace?: TraceContext | undefined;
}

/** One migration event as the outside sees it, for `migration-events`; without its personal data. */
export function migrationEventMessage(recorded: RecordedEvent, options: PublicEventOptions): Message {
  const { eventId, type, data, metadata, revision } = recorded;
  const { migrationId, partnerTenantId, personal, mode = 'structured', trace } = options;
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
    ...trace,
    data: withoutPersonalData(data, personal),
  });
  return eventMessage(event, { key: migrationId, mode, ...(trace && { trace }) });
}

/** The latest summary of a migration, for the compacted `migration-status`. */
export function migrationStatusMessage(
  summary: { readonly id: string; readonly version: number; readonly updatedAt: Instant },
  partnerTenantId: string,
  mode: OutgoingMode = 'structured',
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
  return eventMessage(event, { key: summary.id, mode });
}
