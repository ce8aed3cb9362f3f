import { excludeSystemEvents, START } from '@eventstore/db-client';
import type { AllStreamResolvedEvent, AllStreamSubscription } from '@eventstore/db-client';
import { BEFORE_ALL } from '#kernel';
import type { Position, RecordedEvent } from '#kernel';
import { timedOut } from './client-failures.ts';
import type { Connection } from './connection.ts';
import { EventStoreDbError } from './event-store-db-error.ts';
import { readEventOf } from './stored-event.ts';

/** The server tells how far it has looked after so many windows of 32 events. Nobody listens: see `catchUp`. */
const TELLS_RARELY = 1_000;
/** Events that are on their way, or lie here, before anybody asks for them. */
const AHEAD = 500;

export interface LogServer {
  readonly connection: Connection;
  readonly host: string;
  /** How long the server may take to confirm a subscription. */
  readonly deadlineMs: number;
}

/** What a subscription of the server has brought and nobody has taken yet. */
export class Arrivals {
  readonly #subscription: AllStreamSubscription;
  readonly #confirmation: NodeJS.Timeout;
  #failure: Error | undefined;

  /** `onNews`: something has come, or nothing will any more. */
  constructor({ connection, host, deadlineMs }: LogServer, after: Position, onNews: () => void) {
    this.#subscription = connection.subscribeToAll(
      {
        fromPosition: after === BEFORE_ALL ? START : { commit: after, prepare: after },
        filter: excludeSystemEvents({ checkpointInterval: TELLS_RARELY }),
        requiresLeader: true,
      },
      { highWaterMark: AHEAD },
    );
    const fail = (error: Error): void => {
      this.#failure ??= error;
      onNews();
    };
    this.#confirmation = setTimeout(() => fail(timedOut(host, 'a subscription')), deadlineMs);
    const dropped = (): void => fail(new EventStoreDbError('subscription-dropped', `EventStoreDB at ${host} ended the subscription`));
    this.#subscription
      .on('error', fail)
      .on('end', dropped)
      .on('close', dropped)
      .on('readable', onNews)
      .on('confirmation', () => clearTimeout(this.#confirmation));
  }

  /** Why nothing will come any more. What came before it can still be taken. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Nothing waits to be taken. */
  get drained(): boolean {
    return this.#subscription.readableLength === 0;
  }

  /** As many as there are, up to a number; none where all that came were of others, `undefined` where nothing has come. */
  take(most: number): readonly RecordedEvent[] | undefined {
    const events: RecordedEvent[] = [];
    let came = false;
    while (events.length < most) {
      const next = this.#subscription.read() as AllStreamResolvedEvent | null;
      if (next === null) break;
      came = true;
      const ours = readEventOf(next);
      if (ours) events.push(ours.event);
    }
    return came ? events : undefined;
  }

  end(): void {
    clearTimeout(this.#confirmation);
    void this.#subscription.unsubscribe().catch(() => undefined);
    this.#subscription.destroy();
  }
}
