import { EventIdReused, WrongExpectedRevision } from '#event-sourcing';
import type {
  AppendResult,
  EventBatch,
  EventStore,
  ExpectedRevision,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
} from '#event-sourcing';
import type { EventToAppend, Position, RecordedEvent } from '#kernel';
import { SqliteEngineError } from '../sqlite-engine-error.ts';
import { GroupCommit } from '../writer-thread/group-commit.ts';
import type { GroupWritten } from '../writer-thread/group-commit.ts';
import { workerModule } from '../writer-thread/module-url.ts';
import { WriterThread } from '../writer-thread/writer-thread.ts';
import { APPENDED, ID_REUSED, WRONG_REVISION } from './append-batch.ts';
import type { AppendBatch, AppendBatchReply } from './append-batch.ts';
import { batchOf, pendingAppend } from './pending-append.ts';
import type { PendingAppend } from './pending-append.ts';
import { EventLogReader } from './event-log-reader.ts';
import { RecentEvents } from './recent-events.ts';
import { Subscriptions } from './subscriptions.ts';

const MAX_BATCH_SIZE = 16 * 1024 * 1024;

/**
 * The event log in one SQLite file. One writer, in a thread of its own, so that neither a slow disk nor a large append
 * holds up the event loop; concurrent appends share a transaction, and positions follow the order of commits.
 */
export class SqliteEventStore implements EventStore {
  readonly #thread: WriterThread<AppendBatch, AppendBatchReply>;
  readonly #reader: EventLogReader;
  readonly #appends: GroupCommit<PendingAppend>;
  readonly #recent: RecentEvents;
  readonly #subscriptions: Subscriptions;
  #head: Position;
  #closed: Promise<void> | undefined;

  private constructor(thread: WriterThread<AppendBatch, AppendBatchReply>, reader: EventLogReader) {
    this.#thread = thread;
    this.#reader = reader;
    this.#head = reader.head();
    this.#recent = new RecentEvents(this.#head);
    this.#subscriptions = new Subscriptions(reader, this.#recent, () => this.#head);
    this.#appends = new GroupCommit({ write: (appends) => this.#write(appends), sizeOf: (append) => append.size, maxSize: MAX_BATCH_SIZE });
  }

  /**
   * Opens the log, and creates file and folder where there are none. One process at a time: see `DataFolder`.
   * @throws SqliteEngineError `database-cannot-be-opened`, `not-a-database`, `schema-newer-than-program`
   */
  static async open(path: string): Promise<SqliteEventStore> {
    const thread = await WriterThread.start<AppendBatch, AppendBatchReply>(workerModule('append-writer.worker', import.meta.url), { path });
    try {
      return new SqliteEventStore(thread, new EventLogReader(path));
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  async append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    this.#refuseWhenClosed();
    if (events.length === 0) {
      return { revision: this.#reader.revision(streamId), position: this.#head, repeated: false, events: [] };
    }
    return new Promise((resolve, reject) => {
      this.#appends.add(pendingAppend(streamId, expected, events, resolve, reject));
    });
  }

  async readStream(streamId: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenClosed();
    return this.#reader.readStream(streamId, options);
  }

  async readAll(options?: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenClosed();
    return this.#reader.readAll(options);
  }

  /** Hears of each commit, for those who follow the file in a thread of their own. Returns the way to stop listening. */
  onCommitted(listener: () => void): () => void {
    return this.#subscriptions.onCommitted(listener);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<EventBatch> {
    this.#refuseWhenClosed();
    return this.#subscriptions.subscribe(options);
  }

  async head(): Promise<Position> {
    this.#refuseWhenClosed();
    return this.#head;
  }

  async check(): Promise<void> {
    this.#refuseWhenClosed();
    this.#reader.head();
    await this.#thread.probe();
  }

  /** Finishes the appends in hand, ends subscriptions, closes the file. */
  async close(): Promise<void> {
    this.#closed ??= this.#finish();
    await this.#closed;
  }

  /** Ends the writer thread at once, as a crash would: for tests. */
  async killWriter(): Promise<void> {
    await this.#thread.kill();
  }

  async #finish(): Promise<void> {
    await this.#appends.idle();
    this.#subscriptions.end();
    this.#reader.close();
    await this.#thread.close();
  }

  #refuseWhenClosed(): void {
    if (this.#closed !== undefined)
      throw new SqliteEngineError('log-closed', 'the event log is closed: nothing more can be read or written');
  }

  async #write(appends: readonly PendingAppend[]): Promise<GroupWritten> {
    try {
      const { reply, commitMs } = await this.#thread.write(batchOf(appends));
      return { commitMs, settle: () => this.#settleAll(appends, reply) };
    } catch (error) {
      return { commitMs: 0, settle: () => appends.forEach((append) => append.reject(error as Error)) };
    }
  }

  #settleAll(appends: readonly PendingAppend[], reply: AppendBatchReply): void {
    const before = this.#head;
    for (const [index, append] of appends.entries()) this.#settle(append, index, reply);
    if (this.#head !== before) this.#subscriptions.wake();
  }

  #settle(append: PendingAppend, index: number, reply: AppendBatchReply): void {
    const outcome = reply.outcomes[index * 2]!;
    const detail = reply.outcomes[index * 2 + 1]!;
    if (outcome === APPENDED) append.resolve(this.#recorded(append, detail, reply.firstPositions[index]!));
    else if (outcome === WRONG_REVISION) append.reject(new WrongExpectedRevision(append.streamId, append.expected, detail));
    else if (outcome === ID_REUSED) append.reject(new EventIdReused(append.events[detail]!.eventId));
    else void this.#original(append, detail);
  }

  #recorded(append: PendingAppend, firstRevision: number, firstPosition: bigint): AppendResult {
    const { streamId } = append;
    const events = append.events.map((event, n): RecordedEvent => ({
      eventId: event.eventId,
      type: event.type,
      data: event.data,
      metadata: event.metadata,
      streamId,
      revision: firstRevision + n,
      position: (firstPosition + BigInt(n)) as Position,
    }));
    const last = events.at(-1)!;
    if (this.#subscriptions.areOpen) for (const [n, event] of events.entries()) this.#recent.add(event, append.bodies[n]!.length);
    else this.#recent.leaveOut(last.position);
    this.#head = last.position;
    return { revision: last.revision, position: last.position, repeated: false, events };
  }

  async #original(append: PendingAppend, firstRevision: number): Promise<void> {
    try {
      const events = await this.#reader.readStream(append.streamId, { from: firstRevision, limit: append.events.length });
      const last = events.at(-1)!;
      append.resolve({ revision: last.revision, position: last.position, repeated: true, events });
    } catch (error) {
      append.reject(error as Error);
    }
  }
}
