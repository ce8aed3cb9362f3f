import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BEFORE_ALL, derivedId, instantFromEpoch } from '#kernel';
import { EventLogFollower } from './event-log-follower.ts';
import { EventLogReader } from './event-log-reader.ts';
import { SqliteEventStore } from './sqlite-event-store.ts';

const TIME = instantFromEpoch(0);

describe('a follower of the log’s file', () => {
  let folder: string;
  let store: SqliteEventStore;
  let reader: EventLogReader;
  let follower: EventLogFollower;
  let looks: number;
  const stopping = { controller: new AbortController() };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'follower-'));
    store = await SqliteEventStore.open(join(folder, 'log.db'));
    reader = new EventLogReader(join(folder, 'log.db'));
    looks = 0;
    follower = new EventLogFollower(reader, () => (looks += 1));
    stopping.controller = new AbortController();
  });
  afterEach(async () => {
    reader.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  async function append(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const id = derivedId(name);
      const metadata = { occurredAt: TIME, recordedAt: TIME, actor: 'automation', correlationId: id, causationId: id };
      await store.append('stream', 'any', [{ eventId: id, type: 'happened.v1', data: { name }, metadata }]);
    }
  }

  function follow(batchSize: number) {
    const batches = follower.subscribe({ after: BEFORE_ALL, batchSize, signal: stopping.controller.signal })[Symbol.asyncIterator]();
    return async () => {
      const { value, done } = await batches.next();
      return done ? 'ended' : { names: value.events.map((event) => (event.data as { name: string }).name), caughtUp: value.caughtUp };
    };
  }

  test('gives the history in batches, then waits until it is told of more', async () => {
    await append('1', '2', '3');
    const next = follow(2);
    expect(await next()).toEqual({ names: ['1', '2'], caughtUp: false });
    expect(await next()).toEqual({ names: ['3'], caughtUp: true });
    const fourth = next();
    await append('4');
    follower.wake();
    expect(await fourth).toEqual({ names: ['4'], caughtUp: true });
    expect(await follower.head()).toBe(await store.head());
  });

  test('begins with an empty batch where there is nothing, and is woken in vain without harm', async () => {
    const next = follow(10);
    expect(await next()).toEqual({ names: [], caughtUp: true });
    const first = next();
    follower.wake();
    await append('1');
    follower.wake();
    expect(await first).toEqual({ names: ['1'], caughtUp: true });
  });

  test('misses nothing of which it is told between its look and its wait', async () => {
    const next = follow(10);
    await next();
    const before = looks;
    const first = next();
    // The look has begun by now, and has found nothing.
    expect(looks).toBe(before + 1);
    await append('1');
    follower.wake();
    expect(await first).toEqual({ names: ['1'], caughtUp: true });
  });

  test('ends when it is told to, also while it waits', async () => {
    const next = follow(10);
    await next();
    const waiting = next();
    stopping.controller.abort();
    expect(await waiting).toBe('ended');
  });

  test('the store tells of each commit, until nobody listens', async () => {
    let told = 0;
    const stop = store.onCommitted(() => (told += 1));
    await append('1', '2');
    expect(told).toBe(2);
    stop();
    await append('3');
    expect(told).toBe(2);
  });
});
