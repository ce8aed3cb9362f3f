import { derivedId, parseInstant, type Clock, type Instant } from '#kernel';
import { parkedMessageId, type Message } from '#event-sourcing';
import { type IncomingEvent, readFact } from '#messaging';
import { fitName, fitPayload } from './fit-for-the-log.ts';

/** Which queue of messages an event belongs to, and what is known of it before anything in it is judged. */
export function messageOfEvent(
  incoming: IncomingEvent,
  { partnerTenantId, clock }: { readonly partnerTenantId: string; readonly clock: Clock },
): Message {
  const payload: unknown = incoming.ok ? incoming.event : incoming.payload;
  const event = asRecord(payload);
  const data = asRecord(event.data);
  const source = fitName(textOf(event.source) ?? 'unknown');
  const id = fitName(textOf(event.id) ?? derivedId('no id', JSON.stringify(payload)));
  return {
    id,
    source,
    type: fitName(textOf(event.type) ?? 'unknown'),
    key: keyOf(incoming, partnerTenantId) ?? parkedMessageId({ source, id }),
    occurredAt: instantOf(data.occurredAt) ?? instantOf(event.time) ?? clock.now(),
    payload: fitPayload(incoming),
  };
}

/**
 * What has to wait behind a message that waits: what is about the same thing. A customer's relationship is one, each of
 * its originals another: news of an original that nobody moves must not hold up the customer's acceptance. What holds no
 * fact at all has nothing to wait for it.
 */
function keyOf(incoming: IncomingEvent, partnerTenantId: string): string | undefined {
  const reading = incoming.ok ? readFact(incoming.event) : undefined;
  if (!reading?.ok) return undefined;
  const { fact } = reading;
  if (fact.about === 'original') return originalKeyOf(fact.customerTenantId, fact.subscriptionId);
  return fact.partnerTenantId === partnerTenantId ? fact.customerTenantId : undefined;
}

/** The queue of messages about one original. */
export function originalKeyOf(customerTenantId: string, subscriptionId: string): string {
  return `${customerTenantId}/${subscriptionId}`;
}

/** The customer whose messages wait under a key. */
export function customerOfKey(key: string): string {
  return key.split('/')[0] ?? key;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function instantOf(value: unknown): Instant | undefined {
  return typeof value === 'string' ? parseInstant(value) : undefined;
}
