import { partitionOf } from '#messaging';
import type { Lane, Message, ReceivedMessage, TopicLog } from '#messaging';
import { GroupCommit } from '../writer-thread/group-commit.ts';
import type { GroupWritten } from '../writer-thread/group-commit.ts';
import { workerModule } from '../writer-thread/module-url.ts';
import { WriterThread } from '../writer-thread/writer-thread.ts';
import type { Retention, TopicBatch, TopicBatchReply, TopicJob, TopicWriterOptions } from './topic-batch.ts';
import { TopicLogReader } from './topic-log-reader.ts';

const MAX_BATCH_SIZE = 16 * 1024 * 1024;
const SIZE_OF_SMALL_JOB = 100;

interface PendingJob {
  readonly job: TopicJob;
  readonly size: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface TopicLogOptions {
  /** Of topics that are new; a topic keeps its number for good, so that a key keeps its partition. */
  readonly partitions: number;
  readonly retention: Required<Retention>;
  /** Milliseconds since 1970, for the messages' age. */
  readonly now: () => number;
}

/** Topics in one SQLite file, with a writer thread of its own. */
export class SqliteTopicLog implements TopicLog {
  readonly #thread: WriterThread<TopicBatch, TopicBatchReply>;
  readonly #reader: TopicLogReader;
  readonly #options: TopicLogOptions;
  readonly #jobs: GroupCommit<PendingJob>;
  readonly #partitions: Map<string, number>;
  readonly #ends = new Map<string, bigint>();
  readonly #committed = new Map<string, bigint>();

  private constructor(thread: WriterThread<TopicBatch, TopicBatchReply>, reader: TopicLogReader, options: TopicLogOptions) {
    this.#thread = thread;
    this.#reader = reader;
    this.#options = options;
    this.#jobs = new GroupCommit({ write: (jobs) => this.#write(jobs), sizeOf: ({ size }) => size, maxSize: MAX_BATCH_SIZE });
    this.#partitions = reader.partitions();
    for (const lane of reader.lanes()) this.#ends.set(nameOf(lane), lane.next);
    for (const lane of reader.committed()) this.#committed.set(nameOf(lane, lane.group), lane.next);
  }

  static async open(path: string, options: TopicLogOptions): Promise<SqliteTopicLog> {
    const workerData: TopicWriterOptions = { path, partitions: options.partitions, retention: options.retention };
    const thread = await WriterThread.start<TopicBatch, TopicBatchReply>(workerModule('topic-writer.worker', import.meta.url), workerData);
    try {
      return new SqliteTopicLog(thread, new TopicLogReader(path), options);
    } catch (error) {
      await thread.close();
      throw error;
    }
  }

  partitions(topic: string): number {
    return this.#partitions.get(topic) ?? this.#options.partitions;
  }

  async append(topic: string, messages: readonly Message[]): Promise<void> {
    const size = messages.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    const partitions = messages.map(({ key }) => partitionOf(key, this.partitions(topic)));
    await this.#add({ kind: 'publish', topic, messages, partitions, publishedAt: this.#options.now() }, size);
  }

  read(lane: Lane, from: bigint, limit: number): readonly ReceivedMessage[] {
    return this.#reader.read(lane, from, limit);
  }

  end(lane: Lane): bigint {
    return this.#ends.get(nameOf(lane)) ?? 0n;
  }

  async join(group: string, topics: readonly string[]): Promise<void> {
    await this.#add({ kind: 'join', group, topics });
  }

  committed(group: string, lane: Lane): bigint {
    return this.#committed.get(nameOf(lane, group)) ?? 0n;
  }

  async commit(group: string, lane: Lane, next: bigint): Promise<void> {
    await this.#add({ kind: 'commit', group, topic: lane.topic, partition: lane.partition, next });
    this.#committed.set(nameOf(lane, group), next);
  }

  async check(): Promise<void> {
    this.#reader.partitions();
    await this.#thread.probe();
  }

  async close(): Promise<void> {
    await this.#jobs.idle();
    this.#reader.close();
    await this.#thread.close();
  }

  #add(job: TopicJob, size = SIZE_OF_SMALL_JOB): Promise<void> {
    return new Promise((resolve, reject) => this.#jobs.add({ job, size, resolve, reject }));
  }

  async #write(pending: readonly PendingJob[]): Promise<GroupWritten> {
    try {
      const { reply, commitMs } = await this.#thread.write({ jobs: pending.map(({ job }) => job) });
      for (const lane of reply.ends) this.#ends.set(nameOf(lane), lane.next);
      return { commitMs, settle: () => pending.forEach(({ resolve }) => resolve()) };
    } catch (error) {
      return { commitMs: 0, settle: () => pending.forEach(({ reject }) => reject(error as Error)) };
    }
  }
}

function nameOf({ topic, partition }: Lane, group?: string): string {
  return JSON.stringify([topic, partition, group]);
}
