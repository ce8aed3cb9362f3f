import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  excludeSystemEvents,
  jsonEvent,
} from '@eventstore/db-client';
import { StandInLog } from './stand-in-log.ts';
import { StandInServer } from './stand-in-server.ts';

jest.setTimeout(60_000);

/** The client's own calls, not our engine's: what the stand-in says is what the client makes of it. */
let server: StandInServer;
let client: EventStoreDBClient;

beforeEach(async () => {
  server = await StandInServer.start();
  client = EventStoreDBClient.connectionString(server.url);
});

afterEach(async () => {
  await client.dispose();
  await server.kill();
});

const happened = (n: number) => jsonEvent({ type: 'happened', data: { n } });

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** With credentials of its own a call takes the older way, one append a call. */
describe.each([
  ['in batches', {}],
  ['one a call', { credentials: { username: 'admin', password: 'changeit' } }],
])('appends %s', (_, way) => {
  test('are answered with revision and position, and once more when they are repeated', async () => {
    const list = [1, 2, 3].map(happened);
    const first = await client.appendToStream('s', list, { expectedRevision: NO_STREAM, ...way });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 2n });
    expect(await client.appendToStream('s', list, { expectedRevision: NO_STREAM, ...way })).toEqual(first);
    expect(await client.appendToStream('s', list, way)).toEqual(first);
    expect(await client.appendToStream('s', list.slice(1), { expectedRevision: 0n, ...way })).toEqual(first);
  });

  test('with the wrong revision are refused, and told the right one', async () => {
    await client.appendToStream('s', [1, 2].map(happened), way);
    for (const expectedRevision of [NO_STREAM, 0n, 7n] as const) {
      const refused = client.appendToStream('s', happened(3), { expectedRevision, ...way });
      await expect(refused).rejects.toBeInstanceOf(WrongExpectedVersionError);
      await expect(refused).rejects.toMatchObject({ actualVersion: 1n });
    }
    const onNone = client.appendToStream('none', happened(1), { expectedRevision: STREAM_EXISTS, ...way });
    await expect(onNone).rejects.toMatchObject({ actualVersion: 'no_stream' });
  });

  test('that share some of their events with another are refused', async () => {
    const [one, two] = [happened(1), happened(2)];
    await client.appendToStream('s', [one, two], way);
    await expect(client.appendToStream('s', [two, happened(3)], way)).rejects.toBeInstanceOf(WrongExpectedVersionError);
  });
});

describe('reads', () => {
  test('go either way, and say when there is no stream', async () => {
    await client.appendToStream('s', [1, 2, 3].map(happened));
    const forwards = await all(client.readStream('s', { fromRevision: 1n }));
    expect(forwards.map(({ event }) => event?.revision)).toEqual([1n, 2n]);
    const backwards = await all(client.readStream('s', { direction: BACKWARDS, fromRevision: END, maxCount: 2 }));
    expect(backwards.map(({ event }) => event?.revision)).toEqual([2n, 1n]);
    await expect(all(client.readStream('none'))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  test('of everything begin with the server’s own events, and with the event at the position', async () => {
    await client.appendToStream('s', [1, 2, 3].map(happened));
    const log = await all(client.readAll());
    expect(log[0]?.event?.streamId).toMatch(/^\$/);
    const { position } = log.at(-2)!.event!;
    expect((await all(client.readAll({ fromPosition: position }))).map(({ event }) => event?.revision)).toEqual([1n, 2n]);
    const before = await all(client.readAll({ fromPosition: position, direction: BACKWARDS, maxCount: 1 }));
    expect(before[0]?.event?.revision).toBe(0n);
  });
});

describe('deleted streams', () => {
  test('softly: gone for readers, and going on with the next number when written again', async () => {
    await client.appendToStream('s', [1, 2].map(happened));
    await client.deleteStream('s');
    await expect(all(client.readStream('s'))).rejects.toBeInstanceOf(StreamNotFoundError);
    await client.appendToStream('s', happened(3), { expectedRevision: NO_STREAM });
    expect((await all(client.readStream('s'))).map(({ event }) => event?.revision)).toEqual([2n]);
  });

  test('for good: neither read nor written any more', async () => {
    await client.appendToStream('s', happened(1));
    await client.tombstoneStream('s');
    await expect(all(client.readStream('s'))).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.appendToStream('s', happened(2))).rejects.toBeInstanceOf(StreamDeletedError);
  });
});

describe('subscriptions', () => {
  test('bring history, the word that it is over, and what comes, without what the filter leaves out', async () => {
    await client.appendToStream('s', [1, 2].map(happened));
    const subscription = client.subscribeToAll({ filter: excludeSystemEvents() });
    const caughtUp = new Promise<void>((resolve) => subscription.once('caughtUp', resolve));
    const seen: unknown[] = [];
    for await (const { event } of subscription) {
      seen.push(event?.data);
      if (seen.length === 2) void caughtUp.then(() => client.appendToStream('s', happened(3)));
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test('of one stream begin after the revision', async () => {
    await client.appendToStream('s', [1, 2, 3].map(happened));
    for await (const { event } of client.subscribeToStream('s', { fromRevision: 1n })) {
      expect(event?.data).toEqual({ n: 3 });
      break;
    }
  });
});

describe('the file', () => {
  test('holds what was answered; an entry that was cut off is as if it had never been', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stand-in-log-'));
    const file = join(folder, 'log');
    const written = { eventId: 'e', type: 't', isJson: true, data: Buffer.from('{}'), metadata: Buffer.alloc(0) };
    const first = new StandInLog({ file });
    first.append('s', -1, [written, { ...written, eventId: 'e2' }]);
    first.close();
    appendFileSync(file, Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 91]));
    const again = new StandInLog({ file });
    expect(again.records.map(({ position }) => position)).toEqual(first.records.map(({ position }) => position));
    expect(again.append('s', -1, [written, { ...written, eventId: 'e2' }])).toMatchObject({ kind: 'repeated', lastRevision: 1 });
    expect(again.append('s', 1, [{ ...written, eventId: 'e3' }])).toMatchObject({ kind: 'written', lastRevision: 2 });
    again.close();
    expect(new StandInLog({ file }).stream('s')?.last).toBe(2);
    await rm(folder, { recursive: true });
  });
});
