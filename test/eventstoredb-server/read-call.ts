import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerWritableStream } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { CallContext } from './call-context.ts';
import type { LoggedRecord } from './logged-record.ts';
import { recordFilter } from './record-filter.ts';
import { asServiceError, rpcErrors } from './rpc-errors.ts';
import { sendSubscription } from './subscription.ts';
import { encodedEvent, revisionOnWire, streamNameOf } from './wire.ts';

/** Where the answer to a read goes: respects that the reader may be slow. */
export interface Reader {
  readonly isGone: boolean;
  /** A promise where the reader has to catch up first. */
  send(message: ReadResp): Promise<void> | undefined;
  sendRecord(record: LoggedRecord): Promise<void> | undefined;
  /** Resolves when the reader has gone or `arm` has called back. */
  until(arm: (wake: () => void) => () => void): Promise<void>;
}

export function read(call: ServerWritableStream<ReadReq, ReadResp>, context: CallContext): void {
  const options = call.request.getOptions();
  const reader = readerOf(call, context);
  answer(options, reader, context).then(
    (silent) => {
      if (!reader.isGone && !silent) call.end();
    },
    (error: unknown) => {
      if (!reader.isGone) call.emit('error', asServiceError(error));
    },
  );
}

/** True when nothing is to come, not even an end. */
async function answer(options: ReadReq.Options | undefined, reader: Reader, context: CallContext): Promise<boolean> {
  const refused = context.refusalOfRead();
  if (refused) throw refused;
  if (options === undefined || !options.hasUuidOption()) throw rpcErrors.invalid('`uuidOption` is a required argument');
  const isSubscription = options.hasSubscription();
  if (context.faults.strikes(isSubscription ? 'subscription-silent' : 'read-silent')) return true;
  if (isSubscription) await sendSubscription(options, reader, context);
  else if (options.hasStream()) await sendStream(options, reader, context);
  else await sendAll(options, reader, context);
  return false;
}

async function sendStream(options: ReadReq.Options, reader: Reader, { log }: CallContext): Promise<void> {
  const asked = options.getStream()!;
  const streamId = streamNameOf(asked.getStreamIdentifier());
  const stream = log.stream(streamId);
  if (stream?.tombstone) throw rpcErrors.streamDeleted(streamId);
  if (stream === undefined || stream.last < 0 || stream.isSoftDeleted) {
    const missing = new streams.ReadResp.StreamNotFound().setStreamIdentifier(asked.getStreamIdentifier());
    await reader.send(new streams.ReadResp().setStreamNotFound(missing));
    return;
  }
  const backwards = isBackwards(options);
  const from = asked.hasStart() ? 0 : asked.hasEnd() ? undefined : revisionOnWire(asked.getRevision());
  const [first, last] = [stream.firstVisible, stream.last];
  let left = Number(options.getCount());
  const step = backwards ? -1 : 1;
  const start = backwards ? Math.min(from ?? last, last) : Math.max(from ?? last + 1, first);
  for (let n = start; n >= first && n <= last && left > 0 && !reader.isGone; n += step) {
    const wait = reader.sendRecord(stream.records[n]!);
    if (wait) await wait;
    left -= 1;
  }
}

async function sendAll(options: ReadReq.Options, reader: Reader, { log }: CallContext): Promise<void> {
  const { matches } = recordFilter(options);
  const asked = options.getAll()!;
  const end = log.records.length;
  const position = asked.getPosition();
  const from = asked.hasStart() ? 0 : position === undefined ? end : log.indexAt(BigInt(position.getCommitPosition()));
  if (from === undefined) throw rpcErrors.invalidPosition();
  let left = Number(options.getCount());
  const step = isBackwards(options) ? -1 : 1;
  for (let n = step < 0 ? from - 1 : from; n >= 0 && n < end && left > 0 && !reader.isGone; n += step) {
    const record = log.records[n]!;
    if (!matches(record)) continue;
    const wait = reader.sendRecord(record);
    if (wait) await wait;
    left -= 1;
  }
}

function isBackwards(options: ReadReq.Options): boolean {
  return options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
}

function readerOf(call: ServerWritableStream<ReadReq, ReadResp>, context: CallContext): Reader {
  let isGone = false;
  const waiting = new Set<() => void>();
  const leave = (): void => {
    isGone = true;
    for (const wake of waiting) wake();
  };
  call.on('cancelled', leave).on('close', leave).on('error', leave);

  async function until(arm: (wake: () => void) => () => void): Promise<void> {
    if (isGone) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        disarm();
        resolve();
      };
      const disarm = arm(wake);
      waiting.add(wake);
    });
  }

  async function drained(): Promise<void> {
    context.stalled(true);
    await until((wake) => {
      call.once('drain', wake);
      return () => call.off('drain', wake);
    });
    context.stalled(false);
  }

  /** `undefined` where more can be sent at once: a promise for every event would be half of what a read costs. */
  function send(message: ReadResp): Promise<void> | undefined {
    return isGone || call.write(message) ? undefined : drained();
  }

  function sendRecord(record: LoggedRecord): Promise<void> | undefined {
    context.sent();
    const { pauseBetweenEventsMs } = context.faults;
    if (pauseBetweenEventsMs === 0) return send(encodedEvent(record));
    return sleep(pauseBetweenEventsMs).then(() => send(encodedEvent(record)));
  }

  return {
    get isGone() {
      return isGone;
    },
    send,
    sendRecord,
    until,
  };
}
