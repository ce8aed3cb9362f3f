import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ImportView } from '#read-models';
import { csvOf, customer, original, rowsOf } from './customers.ts';
import { newFolder, removeFolder, startProduct } from './product.ts';
import { World } from './world.ts';

jest.setTimeout(180_000);

/** Contract: the service is gone within this after Ctrl-C. A second more is left to a machine under load. */
const STOPS_WITHIN_MS = 6_000;

let folder: string;
let running: World | undefined;
beforeEach(() => {
  folder = newFolder();
});
afterEach(async () => {
  await running?.product.end('SIGKILL');
  running = undefined;
  removeFolder(folder);
});

async function start(): Promise<World> {
  running = new World(await startProduct({ DATA_DIR: folder }));
  return running;
}

async function stopsWell(world: World, signal: NodeJS.Signals): Promise<void> {
  const begun = performance.now();
  const { code, stderr } = await world.product.end(signal);
  expect({ code, inTime: performance.now() - begun < STOPS_WITHIN_MS, stderr }).toEqual({ code: 0, inTime: true, stderr: '' });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const files = (count: number) => csvOf(Array.from({ length: count }, (_, index) => rowsOf(customer(`Interrupted ${index}`))[0]!));

describe('Ctrl-C', () => {
  test.each(['SIGINT'] as const)('%s ends an idle service at once, and the next one goes on where it stood', async (signal) => {
    const first = await start();
    const { id } = await first.register(customer(`Idle ${signal}`, { originals: [original(`idle ${signal}`)] }));
    await first.advance('P3D');
    const before = await first.migration(id);
    const now = await first.now();
    await stopsWell(first, signal);
    const second = await start();
    expect(await second.now()).toBe(now);
    expect(await second.migration(id)).toEqual(before);
    await second.advance('P40D');
    expect((await second.migration(id)).stage).toBe('completed');
    expect((await second.ledger()).filter(({ kind }) => kind === 'subscription')).toHaveLength(1);
    await stopsWell(second, signal);
  });

  test('ends a service with open live streams', async () => {
    const world = await start();
    const streams = await Promise.all([1, 2, 3].map(() => fetch(`${world.product.url}/v1/stream`)));
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    const ends = streams.map(async ({ body }) => {
      for await (const _ of body!) continue;
    });
    await stopsWell(world, 'SIGINT');
    await Promise.allSettled(ends);
  });

  test('in the middle of an import keeps what was accounted, and the next start takes the rest', async () => {
    const first = await start();
    const rows = 5_000;
    const { body } = await first.sendFile(files(rows));
    await first.eventually(
      'some rows are accounted',
      async () => (await first.get<ImportView>(`/v1/imports/${body.importId}`)).accepted > 0,
    );
    await stopsWell(first, 'SIGTERM');
    const second = await start();
    expect(await second.importEnd(body.importId)).toMatchObject({ state: 'done', rows, accepted: rows, rejected: 0, duplicates: 0 });
    expect((await second.overview()).conservation).toMatchObject({ registered: rows, difference: 0 });
    await stopsWell(second, 'SIGTERM');
  });

  test('in the middle of a year on the driven clock stops, and the next start comes to the same end', async () => {
    const first = await start();
    const customers = Array.from({ length: 30 }, (_, index) =>
      customer(`Year ${index}`, {
        originals: [original(`year ${index}`, { termEnd: `2027-${String((index % 9) + 1).padStart(2, '0')}-15` })],
      }),
    );
    for (const each of customers) await first.register(each);
    const moving = first.ask('PUT', '/v1/clock', { body: { by: 'P1Y' } }).catch(() => undefined);
    await pause(700);
    await stopsWell(first, 'SIGINT');
    await moving;
    const second = await start();
    await second.advanceTo('2027-12-01');
    const { conservation, gaps } = await second.overview();
    expect({ conservation, gaps }).toMatchObject({ conservation: { registered: 30, completed: 30, difference: 0 }, gaps: { real: 0 } });
    expect((await second.ledger()).filter(({ kind }) => kind === 'subscription')).toHaveLength(30);
    await stopsWell(second, 'SIGINT');
  });
});

describe('kill -9', () => {
  test('in the middle of an import of 5,000 rows loses no row and takes none twice', async () => {
    let world = await start();
    const rows = 5_000;
    const { body } = await world.sendFile(files(rows));
    for (const ms of [300, 500]) {
      await pause(ms);
      await world.product.end('SIGKILL');
      world = await start();
    }
    expect(await world.importEnd(body.importId)).toMatchObject({ state: 'done', rows, accepted: rows, rejected: 0, duplicates: 0 });
    const accounted = await world.importRows(body.importId);
    expect(accounted.map(({ line }) => line)).toEqual(Array.from({ length: rows }, (_, index) => index + 2));
    expect((await world.overview()).conservation).toMatchObject({ registered: rows, difference: 0 });
    expect((await world.migrations('')).reduce((lines, summary) => lines + summary.lines, 0)).toBe(rows);
  });

  test('again and again in the middle of a year comes to the same end, and buys every seat once', async () => {
    let world = await start();
    const customers = Array.from({ length: 30 }, (_, index) =>
      customer(`Killed ${index}`, {
        originals: [
          original(`killed ${index}`, {
            termEnd: `2027-${String((index % 6) + 1).padStart(2, '0')}-15`,
            ...(index % 3 === 0 && { target: { skuId: '05e9a617-0261-4cee-bb44-138d3ef5d965' } }),
          }),
        ],
      }),
    );
    for (const each of customers) await world.register(each);
    for (const ms of [300, 500, 700]) {
      const moving = world.ask('PUT', '/v1/clock', { body: { to: '2027-12-01T00:00:00Z' } }).catch(() => undefined);
      await pause(ms);
      await world.product.end('SIGKILL');
      await moving;
      world = await start();
    }
    await world.advanceTo('2027-12-01');
    const { conservation, gaps } = await world.overview();
    expect({ conservation, gaps }).toMatchObject({ conservation: { registered: 30, completed: 30, difference: 0 }, gaps: { real: 0 } });
    const ledger = await world.ledger();
    for (const each of customers) {
      const own = ledger.filter((entry) => entry.customer === each.tenant);
      expect([each.name, own.filter(({ kind }) => kind === 'subscription').length]).toEqual([each.name, 1]);
      const moved = own.filter(({ kind }) => kind === 'license').map(({ userId }) => userId);
      expect(new Set(moved).size).toBe(moved.length);
    }
  });
});
