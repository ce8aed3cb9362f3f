import { randomUUID } from 'node:crypto';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { CallContext, WayToDrop } from './call-context.ts';
import type { LoggedRecord } from './logged-record.ts';
import type { Reader } from './read-call.ts';
import { recordFilter } from './record-filter.ts';
import { rpcErrors } from './rpc-errors.ts';
import { revisionOnWire, streamNameOf } from './wire.ts';

/** The server buffers so many live events for a subscriber; one that lags further is caught up from the log again. */
const LIVE_BUFFER = 32;

/** What a subscription goes along: the whole log, or one stream. */
interface Source {
  readonly length: number;
  at(index: number): LoggedRecord;
  matches(record: LoggedRecord): boolean;
  readonly checkpointInterval: number;
}

/** Confirmation, history, "caught up", then what comes. Runs until the reader goes or the subscription is dropped. */
export async function sendSubscription(options: ReadReq.Options, reader: Reader, context: CallContext): Promise<void> {
  const { source, from } = options.hasStream() ? ofStream(options, context) : ofAll(options, context);
  await reader.send(
    new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID())),
  );
  let dropped: WayToDrop | undefined;
  let wake: () => void = () => undefined;
  const forgetDrop = context.onDrop((how) => {
    dropped = how;
    wake();
  });
  try {
    await goAlong(source, from, reader, context, {
      isOver: () => dropped !== undefined || reader.isGone,
      onWake: (callback) => (wake = callback),
    });
  } finally {
    forgetDrop();
  }
  if (wayOf(dropped) === 'cancelled') throw rpcErrors.cancelled();
  if (wayOf(dropped) === 'unavailable') throw rpcErrors.unavailable();
}

function wayOf(dropped: WayToDrop | undefined): WayToDrop | undefined {
  return dropped;
}

interface Course {
  isOver(): boolean;
  onWake(callback: () => void): void;
}

async function goAlong(source: Source, from: number, reader: Reader, context: CallContext, course: Course): Promise<void> {
  let next = from;
  let live = false;
  let looked = 0;
  while (!course.isOver()) {
    if (next >= source.length) {
      if (!live) await reader.send(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
      live = true;
      await reader.until((wake) => {
        course.onWake(wake);
        const stop = context.log.onAppended(wake);
        if (next < source.length || course.isOver()) queueMicrotask(wake);
        return stop;
      });
      continue;
    }
    if (live && source.length - next > LIVE_BUFFER) live = false;
    const record = source.at(next++);
    const wait = source.matches(record) ? reader.sendRecord(record) : undefined;
    if (wait) await wait;
    if (++looked >= source.checkpointInterval) {
      looked = 0;
      const position = String(record.position);
      await reader.send(
        new streams.ReadResp().setCheckpoint(new streams.ReadResp.Checkpoint().setCommitPosition(position).setPreparePosition(position)),
      );
    }
  }
}

function ofAll(options: ReadReq.Options, { log }: CallContext): { source: Source; from: number } {
  const filter = recordFilter(options);
  const source: Source = {
    get length() {
      return log.records.length;
    },
    at: (index) => log.records[index]!,
    matches: (record) => filter.matches(record),
    checkpointInterval: filter.checkpointInterval,
  };
  const asked = options.getAll()!;
  const position = asked.getPosition();
  if (asked.hasStart()) return { source, from: 0 };
  if (position === undefined) return { source, from: log.records.length };
  const at = log.indexAt(BigInt(position.getCommitPosition()));
  if (at === undefined) throw rpcErrors.invalid('Trying to read from an invalid position.');
  return { source, from: Math.min(at + 1, log.records.length) };
}

function ofStream(options: ReadReq.Options, { log }: CallContext): { source: Source; from: number } {
  const asked = options.getStream()!;
  const streamId = streamNameOf(asked.getStreamIdentifier());
  if (log.stream(streamId)?.tombstone) throw rpcErrors.streamDeleted(streamId);
  const source: Source = {
    get length() {
      return (log.stream(streamId)?.last ?? -1) + 1;
    },
    at: (index) => log.stream(streamId)!.records[index]!,
    matches: (record) => record.revision >= log.stream(streamId)!.firstVisible,
    checkpointInterval: Infinity,
  };
  if (asked.hasStart()) return { source, from: 0 };
  const revision = asked.hasEnd() ? undefined : revisionOnWire(asked.getRevision());
  return { source, from: revision === undefined ? source.length : revision + 1 };
}
