import { createHash } from 'node:crypto';
import { derivedId } from '#kernel';
import { type IncomingEvent, readFact } from '#messaging';

/** A log on a server takes at most 1 MiB at once: the payload, encrypted or not, and all that is said beside it. */
const LARGEST_PAYLOAD = 512 * 1024;
const BEGINNING = 1024;
const LONGEST_NAME = 1024;
const LONGEST_DETAIL = 1000;

/** What is kept of a payload that holds nothing to act on and is too large for the log. */
export interface PayloadReference {
  readonly tooLargeToKeep: { readonly bytes: number; readonly sha256: string; readonly beginning: string };
}

/**
 * The payload as it came, where it is not too large to be parked. Of a larger one with a fact in it the fact is kept,
 * for it will have to be applied; of any other, what tells one such payload from another.
 */
export function fitPayload(incoming: IncomingEvent): unknown {
  const payload: unknown = incoming.ok ? incoming.event : incoming.payload;
  const json = JSON.stringify(payload);
  if (Buffer.byteLength(json) <= LARGEST_PAYLOAD) return payload;
  return (incoming.ok && factOnly(incoming.event)) || referenceTo(typeof payload === 'string' ? payload : json);
}

function factOnly(event: Extract<IncomingEvent, { readonly ok: true }>['event']): object | undefined {
  const reading = readFact(event);
  if (!reading.ok) return undefined;
  const { about: _, change: __, ...data } = reading.fact;
  const { specversion, type, time } = event;
  return { specversion, id: fitName(event.id), source: fitName(event.source), type, ...(time !== undefined && { time }), data };
}

function referenceTo(text: string): PayloadReference {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { tooLargeToKeep: { bytes: Buffer.byteLength(text), sha256, beginning: beginningOf(text, BEGINNING) } };
}

export function isPayloadReference(payload: unknown): payload is PayloadReference {
  return typeof payload === 'object' && payload !== null && 'tooLargeToKeep' in payload;
}

/** An id, a source, a type: one that is too long is told from others with the same beginning by what it is derived from. */
export function fitName(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${beginningOf(name, LONGEST_NAME)}… ${derivedId('name', name)}`;
}

/** A detail may quote what was sent. */
export function fitDetail(detail: string): string {
  return detail.length <= LONGEST_DETAIL ? detail : `${beginningOf(detail, LONGEST_DETAIL)}…`;
}

/** Never half of a pair of surrogates at its end, which is no UTF-8. */
function beginningOf(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}
