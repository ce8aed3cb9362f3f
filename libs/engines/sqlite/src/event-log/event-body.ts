import type { EventMetadata, EventToAppend } from '#kernel';

type Body = [
  data: unknown,
  occurredAt: string,
  /** 0: the same as occurredAt. */
  recordedAt: string | 0,
  actor: string,
  causationId: string,
  /** 0: the same as causationId. 1: the id that the stream's name ends with. */
  correlationId?: string | 0 | 1,
  /** Whatever else the metadata holds: reason, evidence. */
  more?: Omit<EventMetadata, 'occurredAt' | 'recordedAt' | 'actor' | 'correlationId' | 'causationId'>,
];

const ID_LENGTH = 36;

/** An event's data and metadata as one JSON array: no field names, and what is told twice is written once. */
export function encodeBody(event: EventToAppend, streamId: string): string {
  const { occurredAt, recordedAt, actor, correlationId, causationId, ...more } = event.metadata;
  const body: Body = [
    event.data,
    occurredAt,
    recordedAt === occurredAt ? 0 : recordedAt,
    actor,
    causationId,
    correlationId === causationId ? 0 : correlationId === idOf(streamId) ? 1 : correlationId,
  ];
  for (const _ in more) {
    body.push(more);
    break;
  }
  return JSON.stringify(body);
}

function idOf(streamId: string): string {
  return streamId.slice(-ID_LENGTH);
}

export function decodeBody(text: string, streamId: string): { data: unknown; metadata: EventMetadata } {
  const [data, occurredAt, recordedAt, actor, causationId, correlationId, more] = JSON.parse(text) as Body;
  const metadata = {
    occurredAt,
    recordedAt: recordedAt === 0 ? occurredAt : recordedAt,
    actor,
    correlationId: correlationId === 0 ? causationId : correlationId === 1 ? idOf(streamId) : correlationId,
    causationId,
  } as EventMetadata;
  return { data, metadata: more === undefined ? metadata : { ...metadata, ...more } };
}
