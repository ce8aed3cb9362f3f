import type { Clock, Instant } from '#kernel';
import type { ClockStore, EventStore, SoleWork } from '#event-sourcing';
import type { MessageBus } from '#messaging';
import type { ImportSpool, ReadModels } from '#application';

export interface FollowOptions {
  readonly clock: Clock;
  /** Whether this process may be the one that keeps the rows up with the log. */
  readonly follows: boolean;
  readonly onError: (error: unknown) => void;
}

/** Where a driven clock stands that several processes share. */
export interface ClockOfAll extends ClockStore {
  /** Hears of moves by any process, and of where it stands after a silence. */
  onMoved(listener: (instant: Instant) => void): () => Promise<void>;
}

/** What the service stands on, chosen by configuration: each part embedded or a server of its own. */
export interface Engines {
  readonly store: EventStore;
  /** It is a server's, not a file's. */
  readonly logIsRemote: boolean;
  readonly bus: MessageBus;
  readonly soleWork: SoleWork;
  readonly importSpool: ImportSpool;
  /** Messages that go out can be read by others. */
  readonly publishes: boolean;
  /** Who owns claims here: the same after a restart where nobody else can be running, else one for each process. */
  readonly owner: string;
  /** Set where other processes can share it. */
  readonly clockOfAll: ClockOfAll | null;
  openReadModels(options: FollowOptions): Promise<ReadModels>;
  close(): Promise<void>;
}
