import type { EventMetadata, EventToAppend } from '#kernel';

type Body = [
  data: unknown,
  occurredAt: string,
  /** 0: the same as occurredAt. */
  recordedAt: string | 0,
  actor: string,
  causationId: string,
  /** 0: the same as causationId. */
  correlationId?: string | 0,
  /** Whatever else the metadata holds: reason, evidence. */
  more?: Omit<EventMetadata, 'occurredAt' | 'recordedAt' | 'actor' | 'correlationId' | 'causationId'>,
];

/** An event's data and metadata as one JSON array: no field names, and what is told twice is written once. */
export function encodeBody(event: EventToAppend): string {
  const { occurredAt, recordedAt, actor, correlationId, causationId, ...more } = event.metadata;
  const body: Body = [
    event.data,
    occurredAt,
    recordedAt === occurredAt ? 0 : recordedAt,
    actor,
    causationId,
    correlationId === causationId ? 0 : correlationId,
  ];
  for (const _ in more) {
    body.push(more);
    break;
  }
  return JSON.stringify(body);
}

export function decodeBody(text: string): { data: unknown; metadata: EventMetadata } {
  const [data, occurredAt, recordedAt, actor, causationId, correlationId, more] = JSON.parse(text) as Body;
  const metadata = {
    occurredAt,
    recordedAt: recordedAt === 0 ? occurredAt : recordedAt,
    actor,
    correlationId: correlationId === 0 ? causationId : correlationId,
    causationId,
  } as EventMetadata;
  return { data, metadata: more === undefined ? metadata : { ...metadata, ...more } };
}
