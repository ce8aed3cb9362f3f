import { excludeSystemEvents, START } from '@eventstore/db-client';
import type { AllStreamResolvedEvent, AllStreamSubscription } from '@eventstore/db-client';
import type { EventBatch, SubscribeOptions } from '#event-sourcing';
import { BEFORE_ALL } from '#kernel';
import type { Position, RecordedEvent } from '#kernel';
import { failureOf, timedOut } from './client-failures.ts';
import type { Connection } from './connection.ts';
import { EventStoreDbError } from './event-store-db-error.ts';
import { readEventOf } from './stored-event.ts';

const DEFAULT_BATCH_SIZE = 500;
/** The server tells how far it has looked after so many windows of 32 events. Nobody listens: see `catchUp`. */
const TELLS_RARELY = 1_000;

export interface CatchUpOptions extends SubscribeOptions {
  readonly connection: Connection;
  readonly host: string;
  /** How long the server may take to confirm the subscription. */
  readonly deadlineMs: number;
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
  const { after, batchSize = DEFAULT_BATCH_SIZE, signal, host, known } = options;
  const isAborted = (): boolean => signal.aborted;
  if (isAborted()) return;
  const arrivals = new Arrivals(options, batchSize);
  try {
    const head = await arrivals.orAborted(options.head());
    if (head === undefined) return;
    if (after > head) throw beyondLog(after, head, host);
    let upTo = after;
    if (upTo === head) yield { events: [], upTo, caughtUp: upTo >= known() };
    for (;;) {
      const events = await arrivals.next();
      if (events === undefined) return;
      if (events.length === 0) continue;
      upTo = events.at(-1)!.position;
      yield { events, upTo, caughtUp: arrivals.drained && upTo >= head && upTo >= known() };
    }
  } catch (error) {
    if (isAborted()) return;
    throw failureOf(error, host);
  } finally {
    arrivals.end();
  }
}

function beyondLog(after: Position, head: Position, host: string): EventStoreDbError {
  return new EventStoreDbError(
    'position-beyond-log',
    `somebody has read up to position ${after.toString()}, but the log at ${host} ends at ${head.toString()}: it is another log or an older copy; rebuild the read models, or restore the log`,
  );
}

/** What a subscription has brought, taken in as many at once as there are; waits only when there is nothing. */
class Arrivals {
  readonly #subscription: AllStreamSubscription;
  readonly #batchSize: number;
  readonly #signal: AbortSignal;
  readonly #confirmation: NodeJS.Timeout;
  #failure: Error | undefined;
  #wake: () => void = () => undefined;

  constructor({ connection, after, signal, host, deadlineMs }: CatchUpOptions, batchSize: number) {
    this.#batchSize = batchSize;
    this.#signal = signal;
    this.#subscription = connection.subscribeToAll(
      {
        fromPosition: after === BEFORE_ALL ? START : { commit: after, prepare: after },
        filter: excludeSystemEvents({ checkpointInterval: TELLS_RARELY }),
        requiresLeader: true,
      },
      { highWaterMark: batchSize },
    );
    const fail = (error: Error): void => {
      this.#failure ??= error;
      this.#wake();
    };
    this.#confirmation = setTimeout(() => fail(timedOut(host, 'a subscription')), deadlineMs);
    const dropped = (): void => fail(new EventStoreDbError('subscription-dropped', `EventStoreDB at ${host} ended the subscription`));
    this.#subscription
      .on('error', fail)
      .on('end', dropped)
      .on('close', dropped)
      .on('readable', () => this.#wake())
      .on('confirmation', () => clearTimeout(this.#confirmation));
    signal.addEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#wake();

  /** Nothing waits to be taken. */
  get drained(): boolean {
    return this.#subscription.readableLength === 0;
  }

  /** The next events, none where all that came were of others; `undefined` once the signal says so. */
  async next(): Promise<readonly RecordedEvent[] | undefined> {
    for (;;) {
      if (this.#signal.aborted) return undefined;
      const taken = this.#take();
      if (taken !== undefined) return taken;
      // What came before the failure has been handed over first: none of it has to come again.
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async orAborted<Value>(value: Promise<Value>): Promise<Value | undefined> {
    const aborted = new Promise<undefined>((resolve) => (this.#wake = () => this.#signal.aborted && resolve(undefined)));
    return Promise.race([value, aborted]);
  }

  end(): void {
    clearTimeout(this.#confirmation);
    this.#signal.removeEventListener('abort', this.#onAbort);
    void this.#subscription.unsubscribe().catch(() => undefined);
    this.#subscription.destroy();
  }

  #take(): readonly RecordedEvent[] | undefined {
    const events: RecordedEvent[] = [];
    let came = false;
    while (events.length < this.#batchSize) {
      const next = this.#subscription.read() as AllStreamResolvedEvent | null;
      if (next === null) break;
      came = true;
      const ours = readEventOf(next);
      if (ours) events.push(ours.event);
    }
    return came ? events : undefined;
  }
}
