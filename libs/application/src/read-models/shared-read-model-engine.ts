import type { Kysely } from 'kysely';
import type { ReadModelHandles, ReadModelTables, ReadModelTransaction } from '#read-models';

/** A copy of the rows, by its name among all processes. */
export interface NamedCopy extends ReadModelHandles {
  readonly name: string;
}

/** The last sign of life of whoever follows the log for all. */
export interface FollowerState {
  readonly owner: string;
  /** Milliseconds of real time since. */
  readonly silentMs: number;
  readonly fault: string | null;
}

export interface RebuildState {
  readonly state: 'asked' | 'running' | 'done' | 'failed';
  readonly events: number;
  readonly detail: string | null;
}

/** Read models on a server that several processes use: their copies, and what these processes tell each other about them. */
export interface SharedReadModelEngine {
  /** The name of the sole work of following the log. */
  readonly following: string;
  /** Resolves when the server answers. */
  check(): Promise<void>;
  /** The copy in use; an empty one is made where there is none yet. The same object for the same copy. */
  current(): Promise<NamedCopy>;
  /** An empty copy without its indexes. */
  beside(): Promise<NamedCopy>;
  /** Makes a filled copy fit to be asked. */
  complete(copy: NamedCopy): Promise<void>;
  /** From now on that copy is the one in use, for all processes. */
  switchTo(copy: NamedCopy): Promise<void>;
  /** Drops copies that nobody uses any more, except the one that is being built. For whoever follows. */
  clearAway(building?: string): Promise<void>;
  /** Rows that no rebuild brings back. */
  readonly operations: Kysely<ReadModelTables>;
  readonly follower: {
    /** A sign of life. `fault`: what keeps the rows from following the log at the moment. */
    beat(owner: string, fault: string | null): Promise<void>;
    /** `undefined` when nobody has ever followed. */
    state(): Promise<FollowerState | undefined>;
  };
  readonly rebuilds: {
    ask(id: string): Promise<void>;
    state(id: string): Promise<RebuildState | undefined>;
    /** The next one that is not done yet, also when it was begun by somebody who is gone. For whoever follows. */
    next(): Promise<string | undefined>;
    progress(id: string, events: number): Promise<void>;
    end(id: string, state: 'done' | 'failed', detail: string | null): Promise<void>;
  };
  /** Heard by everybody who listens, once the transaction is committed. At most 7,900 bytes. */
  announce(within: ReadModelTransaction, text: string): Promise<void>;
  /** Listens for ever. `listening` tells that from now on nothing is missed that had been missed until then. Returns the way to stop. */
  listen(listener: { heard(text: string): void; listening(): void }): () => Promise<void>;
}
