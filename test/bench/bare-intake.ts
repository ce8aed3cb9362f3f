import { EventStoreDBClient, NO_STREAM, jsonEvent } from '@eventstore/db-client';
import kafkajs from 'kafkajs';
import { TOPICS } from '#messaging';
import { ACCEPTED_AT } from './acceptance-messages.ts';
import { inFlight, perSecond } from './rounds.ts';

const PARTITIONS_AT_ONCE = 16;
/** Of each partition that is handed over: with twelve of them up to 192 at once. */
const APPENDS_A_PARTITION = 16;
/** With nothing to wait for but the log. */
const APPENDS_AT_ONCE = 128;

/** What the clients of Kafka and EventStoreDB reach by themselves. */
export interface BareClients {
  /** So many messages of the topic, each appended as one event to a stream of its own, committed batch by batch. Messages a second, as the service is measured. */
  takeIn(count: number): Promise<number>;
  /** The same appends without Kafka: what the log, and its client, can take. */
  append(count: number, run: string): Promise<number>;
  close(): Promise<void>;
}

interface Accepted {
  readonly id: string;
  readonly source: string;
}

function eventOf({ id, source }: Accepted) {
  return jsonEvent({
    type: 'migration.accepted.v1',
    data: { occurredAt: ACCEPTED_AT, key: `${source} ${id}` },
    metadata: {
      eventId: id,
      $correlationId: id,
      $causationId: id,
      occurredAt: ACCEPTED_AT,
      recordedAt: ACCEPTED_AT,
      actor: `message:${source}`,
    },
  });
}

export function openBareClients(brokers: string, eventStoreUrl: string): BareClients {
  const log = EventStoreDBClient.connectionString(eventStoreUrl);
  const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
  const appendOne = (accepted: Accepted) => log.appendToStream(`bare-${accepted.id}`, eventOf(accepted), { expectedRevision: NO_STREAM });

  async function takeIn(count: number): Promise<number> {
    const consumer = kafka.consumer({ groupId: 'bare-intake' });
    const finished = Promise.withResolvers<number>();
    let first: number | undefined;
    let done = 0;
    consumer.on(consumer.events.CRASH, ({ payload }) => finished.reject(payload.error));
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPICS.customerRelationships], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      async eachBatch({ batch, commitOffsetsIfNecessary }) {
        const { topic, partition, messages } = batch;
        first ??= performance.now();
        await inFlight(APPENDS_A_PARTITION, messages.length, (index) =>
          appendOne(JSON.parse(messages[index]!.value!.toString()) as Accepted),
        );
        const offset = String(BigInt(batch.lastOffset()) + 1n);
        await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
        done += messages.length;
        if (done >= count) finished.resolve((done / (performance.now() - first)) * 1_000);
      },
    });
    const rate = await finished.promise;
    await consumer.disconnect();
    return rate;
  }

  return {
    takeIn,
    append: (count, run) =>
      perSecond(count, () => inFlight(APPENDS_AT_ONCE, count, (index) => appendOne({ id: `${run}-${index}`, source: '/bench/crm' }))),
    close: () => log.dispose(),
  };
}
