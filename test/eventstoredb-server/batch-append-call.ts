import type { ServerDuplexStream } from '@grpc/grpc-js';
import codes from '@eventstore/db-client/generated/code_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Expected } from './append-decision.ts';
import type { CallContext } from './call-context.ts';
import { sizeOf } from './logged-record.ts';
import type { ProposedRecord } from './logged-record.ts';
import { asServiceError, rpcErrors } from './rpc-errors.ts';
import type { AppendOutcome } from './stand-in-log.ts';
import { idOf, proposedRecord, revisionOnWire, revisionToWire, streamNameOf } from './wire.ts';

type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

interface PendingAppend {
  readonly streamId: string;
  readonly identifier: StreamIdentifier | undefined;
  readonly expected: Expected;
  readonly events: ProposedRecord[];
  size: number;
}

/** Many appends over one stream: each has its correlation id, may come in parts, and is answered by itself. */
export function batchAppend(call: BatchCall, context: CallContext): void {
  const pending = new Map<string, PendingAppend>();

  function receive(request: BatchAppendReq): void {
    const correlation = idOf(request.getCorrelationId());
    const options = request.getOptions();
    if (options) pending.set(correlation, begun(options));
    const append = pending.get(correlation);
    if (append === undefined) return;
    const answer = (fill: (response: BatchAppendResp) => void): void => {
      const response = new streams.BatchAppendResp();
      response.setCorrelationId(request.getCorrelationId()).setStreamIdentifier(append.identifier);
      fill(response);
      context.later(() => call.write(response));
    };
    try {
      for (const message of request.getProposedMessagesList()) {
        const event = proposedRecord(message);
        append.size += sizeOf(event);
        append.events.push(event);
      }
    } catch (error) {
      pending.delete(correlation);
      answer(refusal('INVALID_ARGUMENT', 'BadRequest', new shared.BadRequest().setMessage(asServiceError(error).details)));
      return;
    }
    if (append.size > context.maxAppendSize) {
      pending.delete(correlation);
      answer(
        refusal(
          'INVALID_ARGUMENT',
          'MaximumAppendSizeExceeded',
          new shared.MaximumAppendSizeExceeded().setMaxappendsize(context.maxAppendSize),
        ),
      );
      return;
    }
    if (!request.getIsFinal()) return;
    pending.delete(correlation);
    write(append, answer);
  }

  function write(append: PendingAppend, answer: (fill: (response: BatchAppendResp) => void) => void): void {
    const { faults } = context;
    if (faults.strikes('append-silent')) return;
    if (faults.strikes('append-reset-before-write')) return context.resetConnections();
    if (faults.strikes('append-access-denied')) return answer(refusal('PERMISSION_DENIED', 'AccessDenied', new shared.AccessDenied()));
    context.whenReleased(() => {
      const outcome = context.log.append(append.streamId, append.expected, append.events);
      if (faults.strikes('append-answer-lost')) return;
      if (faults.strikes('append-reset-after-write')) return context.resetConnections();
      if (faults.strikes('append-timeout-after-write')) return answer(refusal('DEADLINE_EXCEEDED', 'Timeout', new shared.Timeout()));
      answer(outcomeIn(outcome, append));
    });
  }

  call.on('data', (request: BatchAppendReq) => {
    const failure = context.refusalOfAppend();
    if (failure) call.emit('error', failure);
    else receive(request);
  });
  call.on('end', () => call.end());
  call.on('error', () => pending.clear());
  call.on('cancelled', () => pending.clear());
}

function begun(options: BatchAppendReq.Options): PendingAppend {
  const identifier = options.getStreamIdentifier();
  return { streamId: streamNameOf(identifier), identifier, expected: expectedOf(options), events: [], size: 0 };
}

function expectedOf(options: BatchAppendReq.Options): Expected {
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  if (options.hasNoStream()) return -1;
  return revisionOnWire(options.getStreamPosition()) ?? -1;
}

interface Detail {
  serializeBinary(): Uint8Array;
}

function refusal(code: keyof typeof codes.Code, name: string, detail: Detail): (response: BatchAppendResp) => void {
  return (response) => {
    const packed = new any.Any();
    packed.pack(detail.serializeBinary(), `event_store.client.${name}`);
    response.setError(new statuses.Status().setCode(codes.Code[code]).setMessage(name).setDetails(packed));
  };
}

function outcomeIn(outcome: AppendOutcome, append: PendingAppend): (response: BatchAppendResp) => void {
  switch (outcome.kind) {
    case 'deleted':
      return refusal('NOT_FOUND', 'StreamDeleted', new shared.StreamDeleted().setStreamIdentifier(append.identifier));
    case 'wrong-revision': {
      const wrong = new shared.WrongExpectedVersion();
      if (outcome.current < 0) wrong.setCurrentNoStream(new empty.Empty());
      else wrong.setCurrentStreamRevision(revisionToWire(outcome.current));
      if (typeof append.expected === 'number' && append.expected >= 0) wrong.setExpectedStreamPosition(String(append.expected));
      return refusal('ALREADY_EXISTS', 'WrongExpectedVersion', wrong);
    }
    default:
      return (response) => {
        const success = new streams.BatchAppendResp.Success();
        if (outcome.lastRevision < 0) success.setNoStream(new empty.Empty());
        else success.setCurrentRevision(revisionToWire(outcome.lastRevision));
        const position = outcome.position === undefined ? undefined : String(outcome.position);
        if (position === undefined) success.setNoPosition(new empty.Empty());
        else success.setPosition(new shared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position));
        response.setSuccess(success);
      };
  }
}

export const unimplementedBatchAppend = (call: BatchCall): void => {
  call.emit('error', rpcErrors.unimplemented());
};
