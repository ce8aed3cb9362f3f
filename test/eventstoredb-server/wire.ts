import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { TOMBSTONE, TOMBSTONE_ON_WIRE } from './logged-record.ts';
import type { LoggedRecord, ProposedRecord } from './logged-record.ts';
import { rpcErrors } from './rpc-errors.ts';

const LAST_REVISION = 0xffff_ffff_ffff_ffffn;
const TICKS_OF_A_MILLISECOND = 10_000n;

export function streamNameOf(identifier: StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
}

export function idOf(id: UUID | undefined): string {
  const numbers = id?.getStructured();
  if (numbers === undefined) return (id?.getString() ?? '').toLowerCase();
  const hex = [numbers.getMostSignificantBits(), numbers.getLeastSignificantBits()]
    .map((bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `undefined` for the end. */
export function revisionOnWire(text: string): number | undefined {
  const revision = BigInt(text);
  if (revision === LAST_REVISION) return undefined;
  if (revision > BigInt(Number.MAX_SAFE_INTEGER)) throw rpcErrors.invalid('Specified argument was out of the range of valid values.');
  return Number(revision);
}

export function revisionToWire(revision: number): string {
  return revision === TOMBSTONE ? TOMBSTONE_ON_WIRE : String(revision);
}

interface ProposedMessage {
  getId(): UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

export function proposedRecord(message: ProposedMessage): ProposedRecord {
  const metadata = message.getMetadataMap();
  const [type, contentType] = [metadata.get('type'), metadata.get('content-type')];
  if (!type || !contentType) throw rpcErrors.invalid(`Required Metadata Property '${type ? 'content-type' : 'type'}' is missing`);
  return {
    eventId: idOf(message.getId()),
    type,
    isJson: contentType === 'application/json',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

/** A message whose bytes are known already: encoding is most of what a read costs. */
class EncodedResponse extends streams.ReadResp {
  readonly #bytes: Uint8Array;

  constructor(response: ReadResp) {
    super();
    this.#bytes = response.serializeBinary();
  }

  override serializeBinary(): Uint8Array {
    return this.#bytes;
  }
}

/** Kept for as long as the record is. */
const encoded = new WeakMap<LoggedRecord, EncodedResponse>();

export function encodedEvent(record: LoggedRecord): ReadResp {
  const kept = encoded.get(record) ?? new EncodedResponse(eventMessage(record));
  encoded.set(record, kept);
  return kept;
}

function eventMessage(record: LoggedRecord): ReadResp {
  const position = String(record.position);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(record.eventId))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(record.streamId)))
    .setStreamRevision(revisionToWire(record.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setCustomMetadata(record.metadata)
    .setData(record.data);
  recorded
    .getMetadataMap()
    .set('type', record.type)
    .set('created', String(BigInt(record.createdMs) * TICKS_OF_A_MILLISECOND))
    .set('content-type', record.isJson ? 'application/json' : 'application/octet-stream');
  return new streams.ReadResp().setEvent(new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position));
}
