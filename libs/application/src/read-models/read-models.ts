import type { Kysely } from 'kysely';
import type { CommittedPositions, ToDoStore } from '#event-sourcing';
import type {
  DeadLetterQueries,
  FoldedLately,
  ImportQueries,
  ImportRows,
  MigrationQueries,
  OverviewQuery,
  ReadModelTables,
  ToDoQueries,
} from '#read-models';

/** What is asked of the rows: always of the copy that is in use at the moment, so nobody may keep a part of it. */
export interface ReadModelQueries {
  readonly migrations: MigrationQueries;
  readonly toDos: ToDoQueries;
  readonly overview: OverviewQuery;
  readonly imports: ImportQueries;
  readonly deadLetters: DeadLetterQueries;
  /** How far the rows are, as far as this process has heard: for `Min-Position`, and for the live stream. */
  readonly positions: CommittedPositions;
}

/**
 * The read models: rows that follow the log by themselves, wherever that is done (in this thread, in one of their own, or
 * in another process), and everything that the service asks of them or writes beside them.
 */
export interface ReadModels {
  readonly queries: ReadModelQueries;
  /** Spares asking for rows that this process has just written, where it writes them. They may be ahead of them by the commit in hand. */
  readonly lately?: FoldedLately;
  /** The executor's side of the to-do rows. */
  readonly toDos: ToDoStore;
  /** For reports of dry runs, which no event tells of. */
  readonly importRows: ImportRows;
  /** Rows that no rebuild brings back: answers kept for idempotency keys. */
  readonly operations: Kysely<ReadModelTables>;
  /** Resolves when the rows can be asked, else rejects with the reason. */
  check(): Promise<void>;
  /** Resolves when the rows follow the log, else rejects with the reason. */
  checkFollowing(): Promise<void>;
  /** Builds all rows anew from the log beside those in use, then lets them take over. `onProgress`: events read so far. */
  rebuild(onProgress: (events: number) => void): Promise<void>;
  /** Stops following, after the commit in hand. What was opened is closed by whoever opened it. */
  stop(): Promise<void>;
}
