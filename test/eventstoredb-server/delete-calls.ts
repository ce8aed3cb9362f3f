import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Expected } from './append-decision.ts';
import type { CallContext } from './call-context.ts';
import { rpcErrors } from './rpc-errors.ts';
import { revisionOnWire, streamNameOf } from './wire.ts';

export function deleteStream(call: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>, { log }: CallContext): void {
  const { position, error } = carriedOut(log, call.request.getOptions(), false);
  if (error) return answer(error);
  answer(
    null,
    new streams.DeleteResp().setPosition(new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position)),
  );
}

export function tombstoneStream(
  call: ServerUnaryCall<TombstoneReq, TombstoneResp>,
  answer: sendUnaryData<TombstoneResp>,
  { log }: CallContext,
): void {
  const { position, error } = carriedOut(log, call.request.getOptions(), true);
  if (error) return answer(error);
  const at = new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
  answer(null, new streams.TombstoneResp().setPosition(at));
}

type Options = DeleteReq.Options | TombstoneReq.Options;

function carriedOut(log: CallContext['log'], options: Options | undefined, hard: boolean) {
  const streamId = streamNameOf(options?.getStreamIdentifier());
  const outcome = log.delete(streamId, expectedOf(options), hard);
  if (outcome.kind === 'deleted') return { position: '0', error: rpcErrors.streamDeleted(streamId) };
  if (outcome.kind === 'wrong-revision')
    return { position: '0', error: rpcErrors.wrongRevision(streamId, expectedOf(options), outcome.current) };
  return { position: String(outcome.position ?? 0n), error: undefined };
}

function expectedOf(options: Options | undefined): Expected {
  if (options === undefined || options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  if (options.hasNoStream()) return -1;
  return revisionOnWire(options.getRevision()) ?? -1;
}
