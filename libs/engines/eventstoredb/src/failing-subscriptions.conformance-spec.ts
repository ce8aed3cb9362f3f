import { describe, expect, jest, test } from '@jest/globals';
import { BEFORE_ALL } from '#kernel';
import type { Position, RecordedEvent } from '#kernel';
import { StandInLog } from '#eventstoredb-server';
import { follow } from './follower-for-spec.ts';
import { event, events, idsOf, partsOfACase } from './store-and-server-for-spec.ts';

jest.setTimeout(60_000);

describe('a subscription whose server fails', () => {
  const parts = partsOfACase();

  test.each(['end', 'cancelled', 'unavailable', 'reset'] as const)('dropped (%s): ends by an error', async (how) => {
    const server = await parts.server();
    const store = await parts.store(server.url);
    await store.append('a', 'any', events('a', 3));
    const batches = store.subscribe({ after: BEFORE_ALL, signal: new AbortController().signal })[Symbol.asyncIterator]();
    expect((await batches.next()).done).toBe(false);
    const next = rest(batches);
    if (how === 'reset') server.resetConnections();
    else server.dropSubscriptions(how);
    await expect(next).rejects.toMatchObject({ code: expect.stringMatching(/^(event-store-unreachable|subscription-dropped)$/) });
  });

  test('one that is never confirmed ends by an error', async () => {
    const server = await parts.server();
    const store = await parts.store(server.url, { deadlineMs: 1_000 });
    await store.append('a', 'any', [event('a')]);
    server.faults.arm('subscription-silent');
    await expect(rest(store.subscribe({ after: BEFORE_ALL, signal: new AbortController().signal }))).rejects.toMatchObject({
      code: 'event-store-timeout',
    });
  });

  test('is taken up again from its checkpoint, however often it is dropped: nothing is lost, nothing comes twice', async () => {
    const server = await parts.server();
    const store = await parts.store(server.url);
    const seen = follow(store);
    parts.atTheEnd(() => seen.running.stop());
    const written: string[] = [];
    for (const [round, how] of (['end', 'cancelled', 'unavailable', 'end', 'cancelled', 'unavailable'] as const).entries()) {
      const some = events(`round-${round}`, 20);
      for (const each of some) await store.append(`s${round}`, 'any', [each]);
      written.push(...idsOf(some));
      await seen.until(written.length - 10);
      server.dropSubscriptions(how);
    }
    await seen.until(written.length);
    expect(idsOf(seen.events)).toEqual(written);
  });

  test('goes on after its server was killed and started again', async () => {
    const log = new StandInLog();
    const first = await parts.server({ log });
    const store = await parts.store(first.url);
    const seen = follow(store);
    parts.atTheEnd(() => seen.running.stop());
    await store.append('a', 'no-stream', events('a', 5));
    await seen.until(5);
    const { port } = first;
    await first.kill();
    await seen.untilFailed();
    await parts.server({ log, port });
    await store.append('b', 'any', events('b', 5));
    await seen.until(10);
    expect(idsOf(seen.events)).toEqual(idsOf([...events('a', 5), ...events('b', 5)]));
  });

  test('a reader that takes its time holds up the server, not its own memory', async () => {
    const server = await parts.server({ maxAppendSize: 16 * 1024 * 1024 });
    const store = await parts.store(server.url);
    const all = Array.from({ length: 1_500 }, (_, n) => event(`e${n}`, { text: 'x'.repeat(1_000) }));
    for (let n = 0; n < all.length; n += 500) await store.append('a', 'any', all.slice(n, n + 500));
    const before = server.eventsSent;
    const end = new AbortController();
    const seen: string[] = [];
    for await (const batch of store.subscribe({ after: BEFORE_ALL, batchSize: 10, signal: end.signal })) {
      seen.push(...idsOf(batch.events));
      if (seen.length === batch.events.length) {
        await server.untilReaderStalls();
        expect(server.eventsSent - before).toBeLessThan(400);
      }
      if (seen.length === all.length) end.abort();
    }
    expect(seen).toEqual(idsOf(all));
  });
});

describe('what else stands in the log', () => {
  const parts = partsOfACase();

  test('the server’s own events and those of others are not of this log', async () => {
    const server = await parts.server();
    const store = await parts.store(server.url);
    const recorded: RecordedEvent[] = [];
    for (let n = 0; n < 5; n++) {
      recorded.push(...(await store.append('a', 'any', [event(`ours-${n}`)])).events);
      foreign(server.log, '$stats-1', '$statsCollected', 60);
      foreign(server.log, '$ce-a', '$>', 3);
      foreign(server.log, 'another-program', 'something-happened', 3);
    }
    expect(await store.head()).toBe(recorded.at(-1)!.position);
    expect(await store.readAll()).toEqual(recorded);
    expect(await store.readAll({ limit: 3 })).toEqual(recorded.slice(0, 3));
    expect(await store.readAll({ direction: 'backwards', limit: 4 })).toEqual(recorded.toReversed().slice(0, 4));
    expect(await store.readAll({ from: recorded[1]!.position })).toEqual(recorded.slice(2));
    const end = new AbortController();
    const seen: RecordedEvent[] = [];
    for await (const batch of store.subscribe({ after: BEFORE_ALL, signal: end.signal })) {
      seen.push(...batch.events);
      expect(batch.caughtUp).toBe(seen.length === 5);
      if (batch.caughtUp) end.abort();
    }
    expect(seen).toEqual(recorded);
  });

  test('an event of another program in one of our streams is refused, not skipped', async () => {
    const server = await parts.server();
    const store = await parts.store(server.url);
    await store.append('a', 'any', [event('ours')]);
    foreign(server.log, 'a', 'something-happened', 1);
    await expect(store.readStream('a')).rejects.toMatchObject({ code: 'foreign-event' });
  });
});

describe('positions', () => {
  const parts = partsOfACase();

  test('beyond 2^53 keep their last digit', async () => {
    const server = await parts.server({ log: new StandInLog({ firstPosition: 2n ** 53n + 5n }) });
    const store = await parts.store(server.url);
    const { events: recorded } = await store.append('a', 'no-stream', events('a', 3));
    expect(await store.readAll({ from: recorded[0]!.position })).toEqual(recorded.slice(1));
    expect(await store.head()).toBe(recorded[2]!.position);
    expect(recorded[0]!.position).toBeGreaterThan(2n ** 53n);
  });

  test('one beyond the log’s end is another log’s: whoever goes on from there is told', async () => {
    const server = await parts.server();
    const store = await parts.store(server.url);
    const { position } = await store.append('a', 'any', [event('a')]);
    const beyond = (position + 10_000n) as Position;
    await expect(rest(store.subscribe({ after: beyond, signal: new AbortController().signal }))).rejects.toMatchObject({
      code: 'position-beyond-log',
    });
  });
});

function foreign(log: StandInLog, streamId: string, type: string, count: number): void {
  const list = Array.from({ length: count }, (_, n) => ({
    eventId: event(`${streamId}-${log.records.length + n}`).eventId,
    type,
    isJson: true,
    data: Buffer.from('{}'),
    metadata: Buffer.from('{}'),
  }));
  log.append(streamId, 'any', list);
}

/** Takes batches until there are no more. */
async function rest(batches: AsyncIterable<unknown> | AsyncIterator<unknown>): Promise<void> {
  const iterator = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches;
  while (!(await iterator.next()).done);
}
