import { derivedId, parseGuid, parseInstant, type Clock, type Instant } from '#kernel';
import { parkedMessageId, type Message } from '#event-sourcing';
import type { IncomingEvent } from '#messaging';

/** Which queue of messages an event belongs to, and what is known of it before anything in it is judged. */
export function messageOfEvent(
  incoming: IncomingEvent,
  { busKey, partnerTenantId, clock }: { readonly busKey: string | undefined; readonly partnerTenantId: string; readonly clock: Clock },
): Message {
  const payload: unknown = incoming.ok ? incoming.event : incoming.payload;
  const event = asRecord(payload);
  const data = asRecord(event.data);
  const source = textOf(event.source) ?? 'unknown';
  const id = textOf(event.id) ?? derivedId('no id', JSON.stringify(payload));
  return {
    id,
    source,
    type: textOf(event.type) ?? 'unknown',
    key: keyOf(data, busKey, partnerTenantId) ?? parkedMessageId({ source, id }),
    occurredAt: instantOf(data.occurredAt) ?? instantOf(event.time) ?? clock.now(),
    payload,
  };
}

/** Messages of one customer keep their order. One for another partner must not hold up ours. */
function keyOf(data: Readonly<Record<string, unknown>>, busKey: string | undefined, partnerTenantId: string): string | undefined {
  const customer = guidOf(data.customerTenantId) ?? guidOf(busKey);
  if (!customer) return undefined;
  const partner = guidOf(data.partnerTenantId);
  return partner && partner !== partnerTenantId ? derivedId('other partner', partner, customer) : customer;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function guidOf(value: unknown): string | undefined {
  return typeof value === 'string' ? parseGuid(value) : undefined;
}

function instantOf(value: unknown): Instant | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined;
}
