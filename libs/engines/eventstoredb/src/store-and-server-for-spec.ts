import { afterEach } from '@jest/globals';
import { derivedId, instantFromEpoch } from '#kernel';
import type { EventToAppend } from '#kernel';
import type { EventStore } from '#event-sourcing';
import { StandInServer } from '#eventstoredb-server';
import type { StandInServerOptions } from '#eventstoredb-server';
import { openEventStoreDb } from './index.ts';
import type { EventStoreDbOptions } from './index.ts';

const TIME = instantFromEpoch(Date.UTC(2026, 10, 23, 7));

export function event(name: string, data: unknown = { name }): EventToAppend {
  return {
    eventId: derivedId('faults', name),
    type: 'faults.happened.v1',
    data,
    metadata: { occurredAt: TIME, recordedAt: TIME, actor: 'automation', correlationId: name, causationId: derivedId('causation', name) },
  };
}

export function events(prefix: string, count: number): EventToAppend[] {
  return Array.from({ length: count }, (_, n) => event(`${prefix}-${n}`));
}

export function idsOf(list: readonly { readonly eventId: string }[]): string[] {
  return list.map(({ eventId }) => eventId);
}

/** Servers and stores that end with their case. */
export function partsOfACase() {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return {
    async server(options?: StandInServerOptions): Promise<StandInServer> {
      const server = await StandInServer.start(options);
      ends.push(() => server.kill());
      return server;
    },
    async store(url: string, options?: EventStoreDbOptions): Promise<EventStore> {
      const store = await openEventStoreDb(url, options);
      ends.push(() => store.close());
      return store;
    },
    atTheEnd(end: () => Promise<unknown>): void {
      ends.push(end);
    },
  };
}
