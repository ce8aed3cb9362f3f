import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '#engines/sqlite';
import { StandInLog, StandInServer } from '#eventstoredb-server';
import { derivedId, instantFromEpoch } from '#kernel';
import { cutover } from '../a-terminal-for-spec.ts';

let root = '';
let server: StandInServer;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cutover-log-'));
  server = await StandInServer.start({ log: new StandInLog() });
});
afterEach(async () => {
  await server.kill();
  await rm(root, { recursive: true });
});

/** Three streams in turns, so that single events and short runs follow each other. */
async function lived(folder: string): Promise<void> {
  await mkdir(folder);
  const store = await SqliteEventStore.open(join(folder, 'events.db'));
  for (let n = 0; n < 30; n += 1) {
    const ids = Array.from({ length: 1 + (n % 3) }, (_, part) => derivedId('moved', `${n}-${part}`));
    await store.append(
      `migration-${n % 7}`,
      'any',
      ids.map((eventId) => ({
        eventId,
        type: 'spec.happened.v1',
        data: { n, name: 'Møbel 家具', nested: { seats: [1, null, 2.5] } },
        metadata: {
          occurredAt: instantFromEpoch(n),
          recordedAt: instantFromEpoch(n + 1),
          actor: 'person:Ada',
          correlationId: eventId,
          causationId: derivedId('cause', String(n)),
          reason: 'because it was asked for',
        },
      })),
    );
  }
  await store.close();
}

test('a log moves into the stand-in for EventStoreDB and back, by its client, and is the same on both ways', async () => {
  const [here, back] = [join(root, 'here'), join(root, 'back')];
  await lived(here);
  const there = await cutover(['log', 'copy', '--from', here, '--to', server.url]);
  expect(there).toMatchObject({ exitCode: 0, out: expect.stringContaining('60 events written') });
  expect(await cutover(['log', 'copy', '--from', here, '--to', server.url])).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('0 events written, 60 stood there already'),
  });
  expect((await cutover(['log', 'copy', '--from', server.url, '--to', back])).exitCode).toBe(0);
  expect((await cutover(['log', 'copy', '--verify', '--from', here, '--to', back])).exitCode).toBe(0);
});

test('a server that does not answer is told, with what to do', async () => {
  const here = join(root, 'here');
  await lived(here);
  const { url } = server;
  await server.kill();
  const { exitCode, err } = await cutover(['log', 'copy', '--from', here, '--to', url]);
  expect(exitCode).toBe(1);
  expect(err).toMatch(/\(event-store-[a-z-]+\)/);
});
