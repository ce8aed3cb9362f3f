import type { ResolvedEvent } from '@eventstore/db-client';
import type { EventMetadata, EventToAppend, Instant, Position, RecordedEvent } from '#kernel';
import { EventStoreDbError } from './event-store-db-error.ts';

/**
 * An event's metadata as it lies in EventStoreDB: one flat object of texts. `$correlationId` and `$causationId` are the
 * server's own names, which its projections and its screens follow.
 */
interface StoredMetadata {
  readonly eventId: string;
  readonly $correlationId: string;
  readonly $causationId: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
  readonly reason?: string | undefined;
  readonly evidenceSystem?: string | undefined;
  readonly evidenceRequestId?: string | undefined;
  readonly evidenceAnswerId?: string | undefined;
  readonly evidenceAnsweredAt?: string | undefined;
}

/** What is written of an event. */
export interface StoredEvent {
  /** The server's id of it, given to no other event: see the ADR on why it is not the event's own. */
  readonly writeId: string;
  readonly type: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** What was read: the event, and the id under which it was written. */
export interface ReadEvent {
  readonly event: RecordedEvent;
  readonly writeId: string;
}

export function storedEvent(event: EventToAppend, writeId: string): StoredEvent {
  return {
    writeId,
    type: event.type,
    data: Buffer.from(JSON.stringify(event.data)),
    metadata: Buffer.from(JSON.stringify(storedMetadata(event))),
  };
}

function storedMetadata({ eventId, metadata }: EventToAppend): StoredMetadata {
  const { evidence } = metadata;
  return {
    eventId,
    $correlationId: metadata.correlationId,
    $causationId: metadata.causationId,
    occurredAt: metadata.occurredAt,
    recordedAt: metadata.recordedAt,
    actor: metadata.actor,
    reason: metadata.reason,
    evidenceSystem: evidence?.system,
    evidenceRequestId: evidence?.requestId,
    evidenceAnswerId: evidence?.answerId,
    evidenceAnsweredAt: evidence?.answeredAt,
  };
}

/** Streams and types that begin with `$` are the server's own. */
export function isOfTheServer(name: string): boolean {
  return name.startsWith('$');
}

/** The event as it was appended; `undefined` for one that this service has not written: the server's own, a link, another program's. */
export function readEventOf({ event }: ResolvedEvent): ReadEvent | undefined {
  if (event === undefined || !event.isJson || isOfTheServer(event.streamId) || isOfTheServer(event.type)) return undefined;
  const { metadata } = event;
  if (!isOurs(metadata)) return undefined;
  return {
    event: {
      eventId: metadata.eventId,
      type: event.type,
      data: event.data,
      metadata: metadataOf(metadata),
      streamId: event.streamId,
      revision: revisionOf(event.revision),
      position: positionOf(event.position),
    },
    writeId: event.id,
  };
}

function isOurs(metadata: unknown): metadata is StoredMetadata {
  if (typeof metadata !== 'object' || metadata === null) return false;
  const { eventId, recordedAt } = metadata as Partial<StoredMetadata>;
  return typeof eventId === 'string' && typeof recordedAt === 'string';
}

function metadataOf(stored: StoredMetadata): EventMetadata {
  return {
    occurredAt: stored.occurredAt as Instant,
    recordedAt: stored.recordedAt as Instant,
    actor: stored.actor,
    correlationId: stored.$correlationId,
    causationId: stored.$causationId,
    ...(stored.reason !== undefined && { reason: stored.reason }),
    ...(stored.evidenceSystem !== undefined && {
      evidence: {
        system: stored.evidenceSystem,
        requestId: stored.evidenceRequestId ?? '',
        ...(stored.evidenceAnswerId !== undefined && { answerId: stored.evidenceAnswerId }),
        answeredAt: stored.evidenceAnsweredAt as Instant,
      },
    }),
  };
}

export function revisionOf(revision: bigint): number {
  if (revision > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`revision ${revision.toString()} is beyond what a number can tell`);
  return Number(revision);
}

/**
 * A position of this log is one number. What is written over gRPC has the same commit and prepare position; events of
 * the old TCP transactions do not, and one number could not lead back to them.
 */
export function positionOf(position: { readonly commit: bigint; readonly prepare: bigint } | undefined): Position {
  if (position === undefined || position.commit !== position.prepare) {
    const told = position === undefined ? 'none' : `${position.commit.toString()}/${position.prepare.toString()}`;
    throw new EventStoreDbError(
      'position-unusable',
      `EventStoreDB gave the position ${told}, which is not one number: the database holds transactions of its old TCP protocol; give this service a database of its own`,
    );
  }
  return position.commit as Position;
}
