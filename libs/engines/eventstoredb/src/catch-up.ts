import type { EventBatch, SubscribeOptions } from '#event-sourcing';
import type { Position } from '#kernel';
import { failureOf } from './client-failures.ts';
import { EventStoreDbError } from './event-store-db-error.ts';
import type { Tails } from './tails.ts';

const DEFAULT_BATCH_SIZE = 500;

export interface CatchUpOptions extends SubscribeOptions {
  readonly tails: Tails;
  readonly host: string;
  readonly head: () => Promise<Position>;
  /** The last position that this process knows to be written. */
  readonly known: () => Position;
}

/**
 * A subscription to the whole log. It ends by an error as soon as the server drops it, in whatever way, and knows no
 * other end but the signal's: to subscribe again, and from where, is up to who handles the events.
 *
 * The checkpoint of a batch is the position of its last event. The server's own word on how far it has looked is not
 * used: it can be ahead of an event that is still to come.
 */
export async function* catchUp(options: CatchUpOptions): AsyncGenerator<EventBatch, void, undefined> {
  const { after, batchSize = DEFAULT_BATCH_SIZE, signal, host, known, tails } = options;
  const isAborted = (): boolean => signal.aborted;
  if (isAborted()) return;
  const reader = tails.reader(after, batchSize, signal);
  try {
    const head = await unlessAborted(options.head(), signal);
    if (head === undefined) return;
    if (after > head) throw beyondLog(after, head, host);
    let upTo = after;
    if (upTo === head) yield { events: [], upTo, caughtUp: upTo >= known() };
    for (;;) {
      const events = await reader.next();
      if (events === undefined) return;
      upTo = events.at(-1)!.position;
      yield { events, upTo, caughtUp: reader.drained && upTo >= head && upTo >= known() };
    }
  } catch (error) {
    if (isAborted()) return;
    throw failureOf(error, host);
  } finally {
    reader.end();
  }
}

async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const abort = (): void => resolve(undefined);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([value, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function beyondLog(after: Position, head: Position, host: string): EventStoreDbError {
  return new EventStoreDbError(
    'position-beyond-log',
    `somebody has read up to position ${after.toString()}, but the log at ${host} ends at ${head.toString()}: it is another log or an older copy; rebuild the read models, or restore the log`,
  );
}
