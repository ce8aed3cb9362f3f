import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedId, instantFromEpoch } from '#kernel';
import { openForWriting } from '../open-database.ts';
import { APPENDED } from './append-batch.ts';
import type { AppendBatch } from './append-batch.ts';
import { AppendWriter } from './append-writer.ts';
import { batchOf, pendingAppend } from './pending-append.ts';
import { EVENT_LOG_SCHEMA } from './schema.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';

const TIME = instantFromEpoch(0);

function appendOf(stream: string, name: string, text = ''): AppendBatch {
  const event = {
    eventId: derivedId(name),
    type: 'happened.v1',
    data: { text },
    metadata: { occurredAt: TIME, recordedAt: TIME, actor: 'automation', correlationId: 'c', causationId: 'c' },
  };
  return batchOf([
    pendingAppend(
      stream,
      'any',
      [event],
      () => undefined,
      () => undefined,
    ),
  ]);
}

describe('append writer', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'append-writer-'));
    path = join(folder, 'log.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('after a full disk it goes on as if the failed batch had never been', () => {
    const db = openForWriting(path, EVENT_LOG_SCHEMA);
    const writer = new AppendWriter(db);
    const write = (batch: AppendBatch): number => {
      db.exec('BEGIN IMMEDIATE');
      const { outcomes } = writer.write(batch);
      db.exec('COMMIT');
      return outcomes[0]!;
    };
    expect(write(appendOf('a', 'first'))).toBe(APPENDED);
    db.exec('PRAGMA max_page_count = 20');
    expect(() => write(appendOf('b', 'large', 'x'.repeat(100_000)))).toThrow(expect.objectContaining({ errcode: 13 }));
    if (db.isTransaction) db.exec('ROLLBACK');
    writer.forget();
    db.exec('PRAGMA max_page_count = 100000');
    expect(write(appendOf('b', 'large', 'x'.repeat(100_000)))).toBe(APPENDED);
    expect(db.prepare('SELECT s.name, e.revision FROM events e JOIN streams s ON s.id = e.stream ORDER BY e.position').all()).toEqual([
      { name: 'a', revision: 0 },
      { name: 'b', revision: 0 },
    ]);
    db.close();
  });

  test('a process killed while it appends has kept all that it had answered', async () => {
    const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
    const child = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { openForWriting } from ${module('../open-database.ts')};
       import { AppendWriter } from ${module('./append-writer.ts')};
       import { EVENT_LOG_SCHEMA } from ${module('./schema.ts')};
       const db = openForWriting(${JSON.stringify(path)}, EVENT_LOG_SCHEMA);
       const writer = new AppendWriter(db);
       for (let n = 0; ; n++) {
         const eventIds = new Uint8Array(16);
         new DataView(eventIds.buffer).setUint32(0, n * 2654435761);
         new DataView(eventIds.buffer).setUint32(12, n);
         db.exec('BEGIN IMMEDIATE');
         const texts = ['s' + (n % 7), '[' + n + ',"","","",""]'];
         writer.write({ appends: Float64Array.of(-3, 1), eventIds, types: ['type'], typeOfEvent: Uint32Array.of(0), texts });
         db.exec('COMMIT');
         console.log(n);
       }`,
    ]);
    let answered = -1;
    for await (const line of createInterface(child.stdout)) {
      answered = Number(line);
      if (answered === 300) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(answered).toBeGreaterThanOrEqual(300);
    const store = await SqliteEventStore.open(path);
    const kept = await store.readAll({ limit: answered + 100 });
    expect(kept.length).toBeGreaterThanOrEqual(answered + 1);
    expect(kept.map(({ data }) => data)).toEqual([...kept.keys()]);
    const last = kept.at(-1)!;
    await expect(store.append('other', 'any', [last])).rejects.toMatchObject({ code: 'event-id-reused' });
    expect((await store.append(last.streamId, 'any', [last])).repeated).toBe(true);
    await store.close();
  });
});
