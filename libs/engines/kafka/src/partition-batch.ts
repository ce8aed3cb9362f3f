import type { EachBatchPayload } from 'kafkajs';
import type { ConsumeOptions, Lane } from '#messaging';
import { receivedMessage } from './received-message.ts';

/** A call of the handler may take longer than a session; kafkajs lets a beat through only when one is due. */
const BEAT_EVERY_MS = 500;

export interface BatchWork {
  readonly batchSize: number;
  readonly handle: ConsumeOptions['handle'];
  /** The lane's messages before this offset are handled and committed. */
  readonly onCommitted: (lane: Lane, next: bigint) => void;
  /** The handler would not have them: whatever is left of the batch comes again once `resume` is called. */
  readonly onRejected: (lane: Lane, error: unknown, resume: () => void) => void;
}

/**
 * Hands what was fetched of one partition to the handler, a part at a time. A part is committed, as a whole, only after
 * the handler has resolved for it; nothing is counted as done by anybody else's doing.
 */
export async function handlePartitionBatch(payload: EachBatchPayload, work: BatchWork): Promise<void> {
  const { topic, partition, messages } = payload.batch;
  const lane = { topic, partition };
  const beats = keepBeating(() => payload.heartbeat());
  try {
    for (let from = 0; from < messages.length; from += work.batchSize) {
      if (!payload.isRunning() || payload.isStale() || beats.failure() !== undefined) break;
      const part = messages.slice(from, from + work.batchSize);
      const isLast = from + part.length === messages.length;
      try {
        const received = part.flatMap((message) => receivedMessage(lane, message) ?? []);
        if (received.length > 0) await work.handle(received);
      } catch (error) {
        work.onRejected(lane, error, payload.pause());
        return;
      }
      // Behind the last message there may be marks of transactions, which count and are never handed over.
      const done = isLast ? payload.batch.lastOffset() : part.at(-1)!.offset;
      const next = BigInt(done) + 1n;
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(next) }] }] });
      payload.resolveOffset(part.at(-1)!.offset);
      work.onCommitted(lane, next);
    }
  } finally {
    beats.stop();
  }
  const failure = beats.failure();
  // The group is being shared out anew: kafkajs joins again on this error, now that nothing is in hand.
  if (failure !== undefined) throw failure;
}

function keepBeating(heartbeat: () => Promise<void>): { stop(): void; failure(): Error | undefined } {
  let failure: Error | undefined;
  const timer = setInterval(() => {
    heartbeat().catch((error: unknown) => {
      failure ??= error instanceof Error ? error : new Error(String(error));
    });
  }, BEAT_EVERY_MS);
  return { stop: () => clearInterval(timer), failure: () => failure };
}
