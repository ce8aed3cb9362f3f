import type { AppendResult, ExpectedRevision } from '#event-sourcing';
import type { EventToAppend } from '#kernel';
import { SqliteEngineError } from '../sqlite-engine-error.ts';
import { ANY, NEVER, NO_STREAM, STREAM_EXISTS } from './append-batch.ts';
import type { AppendBatch } from './append-batch.ts';
import { encodeBody } from './event-body.ts';
import { writeEventId } from './event-id-bytes.ts';
import { KEY_BYTES } from './swept-index.ts';

/** An append that waits for its batch to be durable. */
export interface PendingAppend {
  readonly streamId: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToAppend[];
  readonly bodies: readonly string[];
  readonly ids: Uint8Array;
  /** Characters it carries. */
  readonly size: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
}

/** @throws SqliteEngineError `event-id-invalid` */
export function pendingAppend(
  streamId: string,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
  resolve: (result: AppendResult) => void,
  reject: (error: Error) => void,
): PendingAppend {
  const ids = new Uint8Array(events.length * KEY_BYTES);
  let size = streamId.length;
  const bodies = events.map((event, index) => {
    if (!writeEventId(event.eventId, ids, index * KEY_BYTES)) {
      throw new SqliteEngineError(
        'event-id-invalid',
        `event id "${event.eventId}" is no UUID in lower case with hyphens: derive it from the command's id`,
      );
    }
    const body = encodeBody(event, streamId);
    size += body.length;
    return body;
  });
  return { streamId, expected, events, bodies, ids, size, resolve, reject };
}

export function batchOf(appends: readonly PendingAppend[]): AppendBatch {
  const events = appends.reduce((sum, append) => sum + append.events.length, 0);
  const numbers = new Float64Array(appends.length * 2);
  const eventIds = new Uint8Array(events * KEY_BYTES);
  const typeOfEvent = new Uint32Array(events);
  const types = new Map<string, number>();
  const texts: string[] = [];
  let event = 0;
  for (const [index, append] of appends.entries()) {
    numbers[index * 2] = expectedNumber(append.expected);
    numbers[index * 2 + 1] = append.events.length;
    eventIds.set(append.ids, event * KEY_BYTES);
    texts.push(append.streamId, ...append.bodies);
    for (const { type } of append.events) {
      let which = types.get(type);
      if (which === undefined) types.set(type, (which = types.size));
      typeOfEvent[event++] = which;
    }
  }
  return { appends: numbers, eventIds, types: [...types.keys()], typeOfEvent, texts };
}

function expectedNumber(expected: ExpectedRevision): number {
  if (expected === 'any') return ANY;
  if (expected === 'no-stream') return NO_STREAM;
  if (expected === 'stream-exists') return STREAM_EXISTS;
  return Number.isInteger(expected.exactly) && expected.exactly >= NO_STREAM ? expected.exactly : NEVER;
}
