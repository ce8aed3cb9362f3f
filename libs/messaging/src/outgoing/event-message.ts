import type { CloudEvent } from 'cloudevents';
import type { Message } from '../message-bus.ts';
import type { TraceContext } from '../trace-context.ts';

/** How an event lies in a message (Kafka protocol binding 1.0): all of it in the value, or its attributes in `ce_` headers. */
export type OutgoingMode = 'structured' | 'binary';

export const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

/** An event as a message; its trace also stands in the headers that tracing tools read. */
export function eventMessage(
  event: CloudEvent<unknown>,
  { key, mode, trace }: { readonly key: string; readonly mode: OutgoingMode; readonly trace?: TraceContext },
): Message {
  const { data, datacontenttype, ...attributes } = event.toJSON();
  if (mode === 'structured') {
    return { key, headers: { ...STRUCTURED, ...trace }, value: JSON.stringify({ ...attributes, datacontenttype, data }) };
  }
  // The package lists attributes that an event does not have, too.
  const present = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const inHeaders = Object.fromEntries(present.map(([name, value]) => [`ce_${name}`, String(value)]));
  return {
    key,
    headers: { 'content-type': String(datacontenttype), ...inHeaders, ...trace },
    value: JSON.stringify(data),
  };
}
