import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BatchWriter } from '../writer-thread/serve-writer.ts';
import { RetentionSweep } from './retention-sweep.ts';
import type { LaneEnd, Publication, TopicBatch, TopicBatchReply, TopicWriterOptions } from './topic-batch.ts';

interface KnownTopic {
  readonly id: number;
  readonly ends: bigint[];
}

/** Applies publications and commits to the file. Runs in the writer thread, inside the transaction of the batch. */
export class TopicWriter implements BatchWriter<TopicBatch, TopicBatchReply> {
  readonly #findTopic: StatementSync;
  readonly #addTopic: StatementSync;
  readonly #ends: StatementSync;
  readonly #setEnd: StatementSync;
  readonly #addMessage: StatementSync;
  readonly #join: StatementSync;
  readonly #commit: StatementSync;
  readonly #retention: RetentionSweep;
  readonly #partitions: number;
  readonly #topics = new Map<string, KnownTopic>();

  constructor(db: DatabaseSync, { partitions, retention }: TopicWriterOptions) {
    this.#partitions = partitions;
    this.#retention = new RetentionSweep(db, retention);
    this.#findTopic = db.prepare('SELECT id, partitions FROM topics WHERE name = ?');
    this.#addTopic = db.prepare('INSERT INTO topics (name, partitions) VALUES (?, ?)');
    this.#ends = db.prepare('SELECT partition, next FROM lanes WHERE topic = ?');
    this.#ends.setReadBigInts(true);
    this.#setEnd = db.prepare('INSERT INTO lanes (topic, partition, next) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next = excluded.next');
    this.#addMessage = db.prepare(
      'INSERT INTO messages (topic, partition, offset, published_at, key, headers, value) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#join = db.prepare('INSERT OR IGNORE INTO committed (consumers, topic, partition, next) VALUES (?, ?, ?, 0)');
    this.#commit = db.prepare(
      'INSERT INTO committed (consumers, topic, partition, next) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET next = excluded.next',
    );
  }

  write({ jobs }: TopicBatch): TopicBatchReply {
    const ends: LaneEnd[] = [];
    for (const job of jobs) {
      if (job.kind === 'publish') ends.push(...this.#publish(job));
      else if (job.kind === 'commit') this.#commit.run(job.group, this.#topic(job.topic).id, job.partition, job.next);
      else for (const topic of job.topics) this.#joinTopic(job.group, topic);
    }
    return { ends };
  }

  forget(): void {
    this.#topics.clear();
  }

  #publish({ topic, messages, partitions, publishedAt }: Publication): LaneEnd[] {
    const { id, ends } = this.#topic(topic);
    const touched = new Set<number>();
    for (const [index, { key, headers, value }] of messages.entries()) {
      const partition = partitions[index]!;
      this.#addMessage.run(id, partition, ends[partition]!, publishedAt, key, JSON.stringify(headers), value);
      ends[partition]! += 1n;
      touched.add(partition);
    }
    for (const partition of touched) this.#setEnd.run(id, partition, ends[partition]!);
    this.#retention.published(messages.length, publishedAt);
    return [...touched].map((partition) => ({ topic, partition, next: ends[partition]! }));
  }

  #joinTopic(group: string, name: string): void {
    const { id, ends } = this.#topic(name);
    for (const partition of ends.keys()) this.#join.run(group, id, partition);
  }

  #topic(name: string): KnownTopic {
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      const row = this.#findTopic.get(name) as { id: number; partitions: number } | undefined;
      const id = row?.id ?? Number(this.#addTopic.run(name, this.#partitions).lastInsertRowid);
      const ends = Array.from({ length: row?.partitions ?? this.#partitions }, () => 0n);
      for (const lane of this.#ends.all(id)) ends[Number(lane['partition'])] = lane['next'] as bigint;
      topic = { id, ends };
      this.#topics.set(name, topic);
    }
    return topic;
  }
}
