import { afterEach } from '@jest/globals';
import type { EventStore } from '#event-sourcing';

/** A store that a case has opened, empty at first. */
export interface OpenedEventStore {
  readonly store: EventStore;
  /** Closes the store and opens it again on what it has kept. Absent where nothing is kept. */
  readonly reopen?: () => Promise<EventStore>;
  /** Closes what is open and removes it. */
  readonly close: () => Promise<void>;
}

export interface EventStoreEngine {
  /** A store of its own for each case. `firstPosition` is only given where the engine says it can begin there. */
  open(options?: { readonly firstPosition: bigint }): Promise<OpenedEventStore>;
  readonly capabilities: EventStoreCapabilities;
}

/** What an engine can and what not: a case that needs more is left out, none is bent. */
export interface EventStoreCapabilities {
  /** What was appended is there after `reopen`. */
  readonly durable: boolean;
  /** A log can begin at a given position, so that positions beyond 2^53 can be seen. */
  readonly firstPosition: boolean;
  /** An event id is known all over the log, not only in its stream. */
  readonly idsAcrossStreams: boolean;
  /** Largest event, in bytes of its data. */
  readonly largestEvent: number;
  /** Most events of one append. */
  readonly largestAppend: number;
}

export type OpenEventStore = (options?: { readonly firstPosition: bigint }) => Promise<OpenedEventStore>;

/** Opens stores for the cases of one block, and closes each after its case. */
export function openedFrom(engine: EventStoreEngine): OpenEventStore {
  const opened: OpenedEventStore[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  return async (options) => {
    const next = await engine.open(options);
    opened.push(next);
    return next;
  };
}
