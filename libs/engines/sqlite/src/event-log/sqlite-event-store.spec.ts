import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BEFORE_ALL, derivedId, instantFromEpoch } from '#kernel';
import type { EventToAppend, Position } from '#kernel';
import { EventLogReader } from './event-log-reader.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';

const TIME = instantFromEpoch(0);

function event(name: string): EventToAppend {
  const id = derivedId(name);
  return {
    eventId: id,
    type: 'happened.v1',
    data: { name },
    metadata: { occurredAt: TIME, recordedAt: TIME, actor: 'automation', correlationId: id, causationId: id },
  };
}

describe('SQLite event store', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'event-store-'));
    path = join(folder, 'log.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('a position is not used again, even when the newest event was deleted by hand', async () => {
    const first = await SqliteEventStore.open(path);
    await first.append('a', 'any', [event('1')]);
    const { position } = await first.append('a', 'any', [event('2')]);
    await first.close();
    const db = new DatabaseSync(path);
    db.exec('DELETE FROM events WHERE position = (SELECT max(position) FROM events)');
    db.close();
    const second = await SqliteEventStore.open(path);
    expect((await second.append('a', { exactly: 0 }, [event('3')])).position).toBeGreaterThan(position);
    await second.close();
  });

  test('appends happen beside the event loop: while the file is held up, the loop turns and reads are answered', async () => {
    const store = await SqliteEventStore.open(path);
    const { position } = await store.append('a', 'any', [event('1')]);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    let done = false;
    const append = store.append('a', 'any', [event('2')]).finally(() => (done = true));
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(await store.readAll()).toHaveLength(1);
    expect(await store.head()).toBe(position);
    expect(done).toBe(false);
    other.exec('ROLLBACK');
    other.close();
    expect(await append).toMatchObject({ revision: 1 });
    await store.close();
  });

  test('a writer that dies fails what is pending, what comes, and the check; reads go on', async () => {
    const store = await SqliteEventStore.open(path);
    await store.append('a', 'any', [event('1')]);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const pending = expect(store.append('a', 'any', [event('2')])).rejects.toMatchObject({
      code: 'writer-stopped',
      message: expect.stringContaining('restart'),
    });
    await new Promise((resolve) => setImmediate(resolve));
    const killed = store.killWriter();
    other.exec('ROLLBACK');
    other.close();
    await killed;
    await pending;
    await expect(store.append('a', 'any', [event('3')])).rejects.toMatchObject({ code: 'writer-stopped' });
    await expect(store.check()).rejects.toMatchObject({ code: 'writer-stopped' });
    expect((await store.readAll()).length).toBeGreaterThanOrEqual(1);
    await store.close();
  });

  test('a subscriber far behind is served from the file, and changes over to memory without a gap', async () => {
    const store = await SqliteEventStore.open(path);
    const end = new AbortController();
    const total = 24_000;
    const seen: bigint[] = [];
    for await (const { events, caughtUp } of store.subscribe({ after: BEFORE_ALL, signal: end.signal })) {
      seen.push(...events.map(({ position }) => position));
      if (seen.length === 0)
        await Promise.all(
          [0, 1, 2, 3].map((part) =>
            store.append(
              `s${part}`,
              'any',
              Array.from({ length: 5_000 }, (_, n) => event(`${part}-${n}`)),
            ),
          ),
        );
      if (seen.length === 10_000)
        await store.append(
          'last',
          'any',
          Array.from({ length: 4_000 }, (_, n) => event(`last-${n}`)),
        );
      if (caughtUp && seen.length > 0) end.abort();
    }
    expect(seen).toEqual(Array.from({ length: total }, (_, n) => BigInt(n + 1)));
    await store.close();
  });

  test('what was appended while nobody followed comes before what is appended then', async () => {
    const store = await SqliteEventStore.open(path);
    const follow = async (after: Position, appended: string): Promise<readonly unknown[]> => {
      const end = new AbortController();
      const seen: unknown[] = [];
      for await (const { events } of store.subscribe({ after, signal: end.signal })) {
        if (seen.length === 0) await store.append('a', 'any', [event(appended)]);
        seen.push(...events.map(({ data }) => data));
        if (seen.some((data) => (data as { name: string }).name === appended)) end.abort();
      }
      return seen;
    };
    const { position } = await store.append('a', 'any', [event('1')]);
    expect(await follow(BEFORE_ALL, '2')).toEqual([{ name: '1' }, { name: '2' }]);
    await store.append('a', 'any', [event('3')]);
    expect(await follow(position, '4')).toEqual([{ name: '2' }, { name: '3' }, { name: '4' }]);
    await store.close();
  });

  test('another thread or a rebuild reads the file beside the writer', async () => {
    const store = await SqliteEventStore.open(path);
    const { events } = await store.append('a', 'any', [event('1'), event('2')]);
    const reader = new EventLogReader(path);
    expect(reader.following(BEFORE_ALL, 10)).toEqual(events);
    expect(reader.head()).toBe(events[1]!.position);
    reader.close();
    await store.close();
  });

  test('an event id that is no UUID is refused', async () => {
    const store = await SqliteEventStore.open(path);
    await expect(store.append('a', 'any', [{ ...event('1'), eventId: 'no-uuid' }])).rejects.toMatchObject({ code: 'event-id-invalid' });
    await store.close();
  });

  test('says what is wrong with the file', async () => {
    await writeFile(path, 'a text that is long enough to be taken for a header of a database'.repeat(50));
    await expect(SqliteEventStore.open(path)).rejects.toMatchObject({ code: 'not-a-database', message: expect.stringContaining(path) });
    await expect(SqliteEventStore.open(join(path, 'below-a-file', 'log.db'))).rejects.toMatchObject({ code: 'database-cannot-be-opened' });
    const foreign = join(folder, 'foreign.db');
    const db = new DatabaseSync(foreign);
    db.exec('CREATE TABLE other (a)');
    db.close();
    await expect(SqliteEventStore.open(foreign)).rejects.toMatchObject({ code: 'not-a-database' });
  });

  test('does not touch a file that a newer program wrote', async () => {
    const store = await SqliteEventStore.open(path);
    await store.close();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expect(SqliteEventStore.open(path)).rejects.toMatchObject({
      code: 'schema-newer-than-program',
      message: expect.stringContaining('99'),
    });
  });
});
