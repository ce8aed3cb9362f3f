import { EventStoreDBClient, START, excludeSystemEvents } from '@eventstore/db-client';
import kafkajs from 'kafkajs';
import type { Message } from '#messaging';
import { perSecond } from './rounds.ts';

/** What the relay published at once, after it had read so many events in all. */
export interface PublishedBatch {
  readonly topic: string;
  readonly messages: readonly Message[];
  readonly afterEvents: number;
}

export interface BareRelay {
  /** Reads so many events from the log's beginning and sends the given batches when their events are read. Events a second. */
  relay(events: number, batches: readonly PublishedBatch[]): Promise<number>;
  close(): Promise<void>;
}

const EVENTS_AHEAD = 500;

/** The peer of the relay: the clients' own subscription and producer, with the same bytes in the same batches, which are there already. */
export async function openBareRelay(brokers: string, eventStoreUrl: string): Promise<BareRelay> {
  const log = EventStoreDBClient.connectionString(eventStoreUrl);
  const producer = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING }).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();

  async function readAndSend(events: number, batches: readonly PublishedBatch[]): Promise<void> {
    const options = { fromPosition: START, filter: excludeSystemEvents() } as const;
    const subscription = log.subscribeToAll(options, { highWaterMark: EVENTS_AHEAD });
    let read = 0;
    let sent = 0;
    for await (const { event } of subscription) {
      if (!event) continue;
      read += 1;
      for (; sent < batches.length && batches[sent]!.afterEvents <= read; sent += 1) {
        const { topic, messages } = batches[sent]!;
        await producer.send({
          topic,
          acks: -1,
          messages: messages.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
        });
      }
      if (read === events) break;
    }
    await subscription.unsubscribe();
  }

  return {
    relay: (events, batches) => perSecond(events, () => readAndSend(events, batches)),
    async close() {
      await producer.disconnect();
      await log.dispose();
    },
  };
}
