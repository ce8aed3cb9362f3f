import type { Instant } from '#kernel';
import type { Message } from '../message-bus.ts';
import type { TraceContext } from '../trace-context.ts';

/** How an event lies in a message (Kafka protocol binding 1.0): all of it in the value, or its attributes in `ce_` headers. */
export type OutgoingMode = 'structured' | 'binary';

export const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

/** A CloudEvent 1.0 that is right by its making: each attribute is a text that its type allows, so nothing checks it again. */
export interface OutgoingEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: Instant;
  readonly datacontenttype: 'application/json';
  readonly correlationid?: string;
  readonly causationid?: string;
  readonly sequence?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly data: unknown;
}

/** An event as a message; its trace also stands in the headers that tracing tools read. */
export function eventMessage(
  event: OutgoingEvent,
  { key, mode, trace }: { readonly key: string; readonly mode: OutgoingMode; readonly trace?: TraceContext },
): Message {
  if (mode === 'structured') return { key, headers: { ...STRUCTURED, ...trace }, value: JSON.stringify(event) };
  const { data, datacontenttype, ...attributes } = event;
  const inHeaders = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]));
  return {
    key,
    headers: { 'content-type': datacontenttype, ...inHeaders, ...trace },
    value: JSON.stringify(data),
  };
}
