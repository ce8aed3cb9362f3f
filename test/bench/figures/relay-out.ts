import { BEFORE_ALL } from '#kernel';
import type { MessageBus } from '#messaging';
import { createRelayCheckpoint } from '#read-models';
import { realDelay, runRelay, serviceEventSchemas, summariesFromReadModels } from '#application';
import { type PublishedBatch, openBareRelay } from '../bare-relay.ts';
import { withEngines } from '../bench-engines.ts';
import type { Figure } from '../figure.ts';
import { type Product, openProduct } from '../product.ts';
import { alternated, perSecond } from '../rounds.ts';
import { PARTNER } from '../sample-migrations.ts';
import { seedLives } from '../seeded-log.ts';

/** Publishes everything that the log holds; each batch is shown to `published`. */
async function relayAll(
  { service, store, operations }: Product,
  published: (topic: string, messages: Parameters<MessageBus['publish']>[1], upTo: number) => void,
): Promise<void> {
  const head = await store.head();
  const kept = createRelayCheckpoint(operations);
  const { promise: done, resolve, reject } = Promise.withResolvers<undefined>();
  let read = 0;
  const relay = runRelay({
    store: {
      head: () => store.head(),
      async *subscribe(options) {
        for await (const batch of store.subscribe(options)) {
          read += batch.events.length;
          yield batch;
        }
      },
    },
    bus: {
      async publish(topic, messages) {
        await service.bus.publish(topic, messages);
        published(topic, messages, read);
      },
    },
    checkpoint: {
      load: () => Promise.resolve(BEFORE_ALL),
      async save(position) {
        await kept.save(position);
        if (position >= head) resolve(undefined);
      },
    },
    schemas: serviceEventSchemas(),
    summaries: summariesFromReadModels(service, service.clock),
    partnerTenantId: PARTNER,
    clock: service.clock,
    delay: realDelay,
    random: () => 0.5,
    onError: reject,
  });
  try {
    await done;
  } finally {
    await relay.stop();
  }
}

export const relayOut: Figure = {
  name: 'relay-out',
  title: 'What the log says of migrations, published to migration-events and migration-status',
  measure({ quick }) {
    return withEngines(['log', 'broker', 'database'], async ({ folder, environment, address }) => {
      const product = await openProduct(folder, { environment });
      const events = await seedLives(product.store, quick ? 200 : 2_000);
      await product.caughtUp();
      const bare = await openBareRelay(address('broker'), address('log'));
      const batches: PublishedBatch[] = [];
      await relayAll(product, (topic, messages, afterEvents) => batches.push({ topic, messages, afterEvents }));
      const { median, ratio } = await alternated(quick ? 1 : 3, {
        ours: () => perSecond(events, () => relayAll(product, () => undefined)),
        bare: () => bare.relay(events, batches),
      });
      await bare.close();
      await product.close();
      const peer = { name: 'bare subscription and producer, same bytes', value: median.bare, ratio: ratio('ours', 'bare') };
      return [{ name: 'events published', unit: '/s', value: median.ours, peer }];
    });
  },
};
