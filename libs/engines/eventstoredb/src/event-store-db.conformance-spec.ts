import { jest } from '@jest/globals';
import { describeEventStore } from '#conformance';
import { StandInServer } from '#eventstoredb-server';
import { openEventStoreDb } from './index.ts';

/** Server and client share one process here, and what the kit asks is much for two of them. */
jest.setTimeout(60_000);

describeEventStore('eventstoredb (stand-in server)', {
  capabilities: { durable: true, firstPosition: false, idsAcrossStreams: false, largestEvent: 512 * 1024, largestAppend: 1_500 },
  async open() {
    const server = await StandInServer.start();
    let store = await openEventStoreDb(server.url);
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await openEventStoreDb(server.url);
        return store;
      },
      close: async () => {
        await store.close();
        await server.kill();
      },
    };
  },
});
