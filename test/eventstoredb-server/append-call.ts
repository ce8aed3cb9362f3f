import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Expected } from './append-decision.ts';
import type { CallContext } from './call-context.ts';
import { sizeOf } from './logged-record.ts';
import type { ProposedRecord } from './logged-record.ts';
import { asServiceError, rpcErrors } from './rpc-errors.ts';
import type { AppendOutcome } from './stand-in-log.ts';
import { proposedRecord, revisionOnWire, revisionToWire, streamNameOf } from './wire.ts';

/** One append a call: the older way, which the client takes when a call has credentials of its own. */
export function append(call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>, context: CallContext): void {
  let options: AppendReq.Options | undefined;
  const events: ProposedRecord[] = [];
  let size = 0;
  let over = false;

  function fail(error: unknown): void {
    if (!over) answer(asServiceError(error));
    over = true;
  }

  function receive(request: AppendReq): void {
    if (over) return;
    options = request.getOptions() ?? options;
    const message = request.getProposedMessage();
    if (message === undefined) return;
    const event = proposedRecord(message);
    size += sizeOf(event);
    if (size > context.maxAppendSize) throw rpcErrors.tooLarge(context.maxAppendSize);
    events.push(event);
  }

  function write(): void {
    if (over || options === undefined) return;
    const refused = context.refusalOfAppend();
    if (refused) return fail(refused);
    const [streamId, expected] = [streamNameOf(options.getStreamIdentifier()), expectedOf(options)];
    const { faults } = context;
    if (faults.strikes('append-silent')) return;
    if (faults.strikes('append-reset-before-write')) return context.resetConnections();
    context.whenReleased(() => {
      const outcome = context.log.append(streamId, expected, events);
      if (faults.strikes('append-answer-lost')) return;
      if (faults.strikes('append-reset-after-write')) return context.resetConnections();
      if (outcome.kind === 'deleted') return fail(rpcErrors.streamDeleted(streamId));
      context.later(() => answer(null, outcomeOf(outcome, expected)));
    });
  }

  call.on('data', (request: AppendReq) => {
    try {
      receive(request);
    } catch (error) {
      fail(error);
    }
  });
  call.on('end', write);
  call.on('cancelled', () => (over = true));
  call.on('error', () => (over = true));
}

function expectedOf(options: AppendReq.Options): Expected {
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  if (options.hasNoStream()) return -1;
  return revisionOnWire(options.getRevision()) ?? -1;
}

function outcomeOf(outcome: Exclude<AppendOutcome, { kind: 'deleted' }>, expected: Expected): AppendResp {
  const response = new streams.AppendResp();
  if (outcome.kind === 'wrong-revision') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.current < 0) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(revisionToWire(outcome.current));
    if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
    else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new shared.Empty());
    else if (expected < 0) wrong.setExpectedNoStream(new shared.Empty());
    else wrong.setExpectedRevision(String(expected));
    return response.setWrongExpectedVersion(wrong);
  }
  const success = new streams.AppendResp.Success();
  if (outcome.lastRevision < 0) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(revisionToWire(outcome.lastRevision));
  if (outcome.position === undefined) return response.setSuccess(success.setNoPosition(new shared.Empty()));
  const position = String(outcome.position);
  return response.setSuccess(
    success.setPosition(new streams.AppendResp.Position().setCommitPosition(position).setPreparePosition(position)),
  );
}
