import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { describeEventStore } from '#conformance';
import { StandInServer } from '#eventstoredb-server';
import { openEventStoreDb } from './index.ts';
import { ViewOfOneCase } from './view-of-one-case-for-spec.ts';

jest.setTimeout(60_000);

/** A real server, where one is named; it keeps what the cases write. */
const { EVENT_STORE_URL: realServer } = process.env;

let url = realServer ?? '';
let standIn: StandInServer | undefined;

beforeAll(async () => {
  if (realServer !== undefined) return;
  standIn = await StandInServer.start();
  ({ url } = standIn);
});

afterAll(async () => {
  await standIn?.kill();
});

describeEventStore(`eventstoredb, ${realServer === undefined ? 'one stand-in server' : 'the server of EVENT_STORE_URL'} for all cases`, {
  capabilities: { durable: true, firstPosition: false, idsAcrossStreams: false, largestEvent: 512 * 1024, largestAppend: 1_500 },
  async open() {
    const prefix = `${randomUUID()}-`;
    let store = await openEventStoreDb(url);
    const begin = await store.head();
    return {
      store: new ViewOfOneCase(store, begin, prefix),
      reopen: async () => {
        await store.close();
        store = await openEventStoreDb(url);
        return new ViewOfOneCase(store, begin, prefix);
      },
      close: () => store.close(),
    };
  },
});
