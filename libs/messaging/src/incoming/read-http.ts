import { cloudEventOf, type IncomingEvent } from './cloud-event.ts';
import { jsonOf } from './json-text.ts';

export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export type HttpReading =
  | { readonly ok: true; readonly events: readonly IncomingEvent[] }
  /** The request as a whole holds no event: nothing of it can be kept in order. */
  | { readonly ok: false; readonly code: 'no-cloud-event' | 'not-json' | 'empty-batch'; readonly detail: string };

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

/** CloudEvents over HTTP: structured, binary or a batch (HTTP protocol binding 1.0). `body` is the text as it came. */
export function readHttpEvents(headers: HttpHeaders, body: string): HttpReading {
  const lower = lowerCased(headers);
  const mediaType = (lower['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType === BATCH || mediaType === STRUCTURED) {
    const json = jsonOf(body);
    if (!json) return { ok: false, code: 'not-json', detail: 'the body is no JSON text, or is nested too deeply' };
    if (mediaType === STRUCTURED) return { ok: true, events: [cloudEventOf(json.value)] };
    if (!Array.isArray(json.value)) return { ok: false, code: 'not-json', detail: 'a batch is a JSON array of CloudEvents' };
    return { ok: true, events: json.value.map(cloudEventOf) };
  }
  if (lower['ce-specversion'] === undefined && lower['ce-id'] === undefined && lower['ce-type'] === undefined) {
    return {
      ok: false,
      code: 'no-cloud-event',
      detail: `send a CloudEvent as ${STRUCTURED}, as ${BATCH}, or in binary mode with ce- headers`,
    };
  }
  return { ok: true, events: [binaryEvent(lower, mediaType, body)] };
}

function binaryEvent(headers: Readonly<Record<string, string>>, mediaType: string, body: string): IncomingEvent {
  const attributes = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (name.startsWith('ce-') ? [[name.slice(3), decoded(value)]] : [])),
  );
  const json = jsonOf(body);
  const asTold = { ...attributes, data: json ? json.value : body };
  if (mediaType !== '' && mediaType !== 'application/json' && !mediaType.endsWith('+json')) {
    return { ok: false, payload: asTold, detail: `data of type ${mediaType} cannot be read: send application/json` };
  }
  if (!json) return { ok: false, payload: asTold, detail: 'the data is no JSON text' };
  return cloudEventOf(asTold);
}

/** Header values are percent-encoded where they are not plain ASCII (HTTP protocol binding, §3.1.3.2). */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function lowerCased(headers: HttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), typeof value === 'string' ? value : value.join(', ')]],
    ),
  );
}
