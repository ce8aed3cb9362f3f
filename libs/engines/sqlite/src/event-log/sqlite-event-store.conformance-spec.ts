import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeEventStore } from '#conformance';
import { SqliteEventStore } from './sqlite-event-store.ts';

describeEventStore('sqlite', {
  capabilities: { durable: true, firstPosition: true, idsAcrossStreams: true, largestEvent: 1024 * 1024, largestAppend: 10_000 },
  async open(options) {
    const folder = await mkdtemp(join(tmpdir(), 'event-log-'));
    const path = join(folder, 'log.db');
    if (options !== undefined) await beginAt(path, options.firstPosition);
    let store = await SqliteEventStore.open(path);
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await SqliteEventStore.open(path);
        return store;
      },
      close: async () => {
        await store.close();
        await rm(folder, { recursive: true });
      },
    };
  },
});

async function beginAt(path: string, position: bigint): Promise<void> {
  const store = await SqliteEventStore.open(path);
  await store.close();
  const db = new DatabaseSync(path);
  db.prepare('UPDATE positions_reserved SET up_to = ?').run(position - 1n);
  db.close();
}
