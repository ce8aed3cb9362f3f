import kafkajs from 'kafkajs';
import { BEFORE_ALL, type Position } from '#kernel';
import { openEventStoreDb } from '#engines/eventstoredb';
import { TOPICS, isPublicEvent } from '#messaging';
import { migrationStreamOf } from '#migration';

const PAGE = 1_000;
const READS_WITHIN_MS = 120_000;

interface Published {
  readonly key: string;
  readonly id: string;
}

/** What stands in the log, by migration: the ids of its public events in order. */
async function logged(eventStoreUrl: string): Promise<Map<string, string[]>> {
  const prefix = migrationStreamOf('');
  const byMigration = new Map<string, string[]>();
  const store = await openEventStoreDb(eventStoreUrl);
  try {
    for (let from: Position = BEFORE_ALL; ;) {
      const events = await store.readAll({ from, limit: PAGE });
      for (const event of events) {
        if (!isPublicEvent(event) || !event.streamId.startsWith(prefix)) continue;
        const id = event.streamId.slice(prefix.length);
        byMigration.set(id, [...(byMigration.get(id) ?? []), event.eventId]);
      }
      if (events.length < PAGE) return byMigration;
      from = events.at(-1)!.position;
    }
  } finally {
    await store.close();
  }
}

/** Every message of the topic, in the order of each partition, from its beginning to its present end. */
async function published(brokers: readonly string[]): Promise<readonly Published[]> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map((await admin.fetchTopicOffsets(TOPICS.migrationEvents)).map(({ partition, high }) => [partition, BigInt(high)]));
  await admin.disconnect();
  const messages: Published[] = [];
  const consumer = kafka.consumer({ groupId: `published-${process.pid}` });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPICS.migrationEvents, fromBeginning: true });
  const left = new Map([...ends].filter(([, end]) => end > 0n));
  const read = Promise.withResolvers<undefined>();
  const late = setTimeout(() => read.reject(new Error('the published events could not be read in time')), READS_WITHIN_MS);
  if (left.size === 0) read.resolve(undefined);
  await consumer.run({
    eachMessage({ partition, message }) {
      const { id } = JSON.parse(message.value!.toString()) as { readonly id: string };
      messages.push({ key: message.key!.toString(), id });
      if (BigInt(message.offset) + 1n >= (ends.get(partition) ?? 0n)) left.delete(partition);
      if (left.size === 0) read.resolve(undefined);
      return Promise.resolve();
    },
  });
  try {
    await read.promise;
    return messages;
  } finally {
    clearTimeout(late);
    await consumer.disconnect();
  }
}

export interface PublishedAccount {
  readonly events: number;
  /** Published again after a hand-over: allowed, in their order. */
  readonly repeated: number;
  /** What is lost or out of order; `null` when nothing is. */
  readonly fault: string | null;
}

/**
 * Holds `migration-events` against the log: each migration's events are there, the first time in the order of its stream,
 * and whatever is published again begins behind none that is new.
 */
export async function accountOfPublished(eventStoreUrl: string, brokers: readonly string[]): Promise<PublishedAccount> {
  const [log, messages] = [await logged(eventStoreUrl), await published(brokers)];
  const firsts = new Map<string, string[]>();
  let repeated = 0;
  let fault: string | null = null;
  const lastIndex = new Map<string, number>();
  for (const { key, id } of messages) {
    const inOrder = log.get(key) ?? [];
    const index = inOrder.indexOf(id);
    const seen = firsts.get(key) ?? [];
    if (index < 0) fault ??= `event ${id} of migration ${key} was published and is not in the log`;
    else if (index < seen.length) repeated += 1;
    else if (index === seen.length) firsts.set(key, [...seen, id]);
    else fault ??= `migration ${key}: event ${index} was published before event ${seen.length}`;
    lastIndex.set(key, index);
  }
  for (const [id, events] of log) {
    const missing = events.length - (firsts.get(id)?.length ?? 0);
    if (missing > 0) fault ??= `${missing} of ${events.length} events of migration ${id} were not published`;
    else if (lastIndex.get(id) !== events.length - 1) fault ??= `the last thing published of migration ${id} is not its last event`;
  }
  return { events: messages.length, repeated, fault };
}
