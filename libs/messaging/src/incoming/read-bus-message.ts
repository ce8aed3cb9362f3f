import type { Message } from '../message-bus.ts';
import { cloudEventOf, type IncomingEvent } from './cloud-event.ts';
import { jsonOf } from './json-text.ts';

/**
 * The events of a message from a topic: structured, binary with `ce_` headers, or a batch (Kafka protocol binding 1.0).
 * Never throws: what is no CloudEvent is answered as such, for it has to be kept.
 */
export function readBusMessage({ headers, value }: Pick<Message, 'headers' | 'value'>): readonly IncomingEvent[] {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
  const json = jsonOf(value);
  const attributes = Object.fromEntries(
    Object.entries(lower).flatMap(([name, text]) => (name.startsWith('ce_') ? [[name.slice(3), text]] : [])),
  );
  if ('specversion' in attributes || 'id' in attributes) {
    return [
      json
        ? cloudEventOf({ ...attributes, data: json.value })
        : { ok: false, payload: { ...attributes, data: value }, detail: 'the data is no JSON text' },
    ];
  }
  if (!json) return [{ ok: false, payload: value, detail: 'the message is no JSON text' }];
  return Array.isArray(json.value) ? json.value.map(cloudEventOf) : [cloudEventOf(json.value)];
}
