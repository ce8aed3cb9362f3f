import { randomUUID } from 'node:crypto';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { MaxAppendSizeExceededError } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { Position } from '#kernel';
import { accessDenied, failed, notLeader, streamDeleted, timedOut, tooLarge } from './client-failures.ts';
import type { EventStoreDbError } from './event-store-db-error.ts';
import { positionOf, revisionOf } from './stored-event.ts';
import type { StoredEvent } from './stored-event.ts';

/** A message of gRPC to the server may have 4 MiB by default; the client's own limit for its parts. */
const LARGEST_PART = 3 * 1024 * 1024;

export interface AppendRequest {
  readonly correlationId: string;
  readonly parts: readonly BatchAppendReq[];
}

/**
 * The append as the messages that go over the batch stream. It carries no deadline: the server takes one as a time of
 * day, by which a wrong clock would refuse every append, and has a limit of its own (2 s by default).
 */
export function appendRequest(streamId: string, afterRevision: number, events: readonly StoredEvent[]): AppendRequest {
  const correlationId = randomUUID();
  const options = new streams.BatchAppendReq.Options();
  options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(streamId)));
  if (afterRevision < 0) options.setNoStream(new empty.Empty());
  else options.setStreamPosition(String(afterRevision));
  const parts = [part(correlationId).setOptions(options)];
  let size = 0;
  for (const event of events) {
    const eventSize = event.data.length + event.metadata.length + event.type.length;
    if (size > 0 && size + eventSize > LARGEST_PART) {
      parts.push(part(correlationId));
      size = 0;
    }
    size += eventSize;
    parts.at(-1)!.addProposedMessages(proposed(event));
  }
  parts.at(-1)!.setIsFinal(true);
  return { correlationId, parts };
}

function part(correlationId: string): BatchAppendReq {
  return new streams.BatchAppendReq().setCorrelationId(new shared.UUID().setString(correlationId));
}

function proposed({ writeId, type, data, metadata }: StoredEvent): BatchAppendReq.ProposedMessage {
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(new shared.UUID().setString(writeId));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  return message.setData(data).setCustomMetadata(metadata);
}

export type AppendAnswer =
  | { readonly kind: 'written'; readonly revision: number; readonly position: Position }
  /** -1 when there is no such stream. */
  | { readonly kind: 'wrong-revision'; readonly actual: number }
  /** Nothing was written. */
  | { readonly kind: 'refused'; readonly error: EventStoreDbError }
  /** Written or not: the server does not know, or does not say. */
  | { readonly kind: 'unknown'; readonly error: EventStoreDbError };

export function correlationIdOf(response: BatchAppendResp): string {
  const id = response.getCorrelationId();
  return id === undefined ? '' : textOf(id);
}

/** An id comes as text or as two numbers of 64 bits, as the server likes. */
function textOf(id: UUID): string {
  const numbers = id.getStructured();
  if (numbers === undefined) return id.getString();
  const hex = [numbers.getMostSignificantBits(), numbers.getLeastSignificantBits()]
    .map((bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function appendAnswer(response: BatchAppendResp, host: string): AppendAnswer {
  const success = response.getSuccess();
  if (success === undefined) return refusal(response.getError(), response, host);
  const position = success.getPosition();
  if (position === undefined) return { kind: 'unknown', error: failed(host, 'an append was answered without its position') };
  return {
    kind: 'written',
    revision: revisionOf(BigInt(success.getCurrentRevision())),
    position: positionOf({ commit: BigInt(position.getCommitPosition()), prepare: BigInt(position.getPreparePosition()) }),
  };
}

const NAMESPACE = 'event_store.client.';

function refusal(status: Status | undefined, response: BatchAppendResp, host: string): AppendAnswer {
  const details = status?.getDetails();
  const message = status?.getMessage() ?? 'no result';
  const name = details?.getTypeName() ?? '';
  switch (name.startsWith(NAMESPACE) ? name.slice(NAMESPACE.length) : name) {
    case 'WrongExpectedVersion': {
      const wrong = shared.WrongExpectedVersion.deserializeBinary(details!.getValue_asU8());
      return {
        kind: 'wrong-revision',
        actual: wrong.hasCurrentStreamRevision() ? revisionOf(BigInt(wrong.getCurrentStreamRevision())) : -1,
      };
    }
    case 'MaximumAppendSizeExceeded': {
      const limit = shared.MaximumAppendSizeExceeded.deserializeBinary(details!.getValue_asU8()).getMaxappendsize();
      return refused(tooLarge(limit, new MaxAppendSizeExceededError(undefined, limit)));
    }
    case 'StreamDeleted':
      return refused(streamDeleted(Buffer.from(response.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()));
    case 'AccessDenied':
      return refused(accessDenied(host));
    case 'BadRequest':
      return refused(failed(host, shared.BadRequest.deserializeBinary(details!.getValue_asU8()).getMessage()));
    case 'Timeout':
      return { kind: 'unknown', error: timedOut(host, 'an append') };
    case 'google.protobuf.Empty':
      // "Not handled": no leader, too busy, not ready yet. The server has not begun.
      return refused(notLeader(host, message));
    default:
      return { kind: 'unknown', error: failed(host, message || name) };
  }
}

function refused(error: EventStoreDbError): AppendAnswer {
  return { kind: 'refused', error };
}
