import { describe, expect, test } from '@jest/globals';
import { BEFORE_ALL } from '#kernel';
import type { EventBatch } from '#event-sourcing';
import { event, events, idsOf } from './sample-events.ts';
import { openedFrom } from './harness.ts';
import type { EventStoreEngine } from './harness.ts';

export function describeSubscriptions(engine: EventStoreEngine): void {
  describe('subscriptions', () => {
    const open = openedFrom(engine);

    test('history first, then what comes', async () => {
      const { store } = await open();
      await store.append('a', 'any', events('before', 5));
      const end = new AbortController();
      const batches = store.subscribe({ after: BEFORE_ALL, batchSize: 2, signal: end.signal })[Symbol.asyncIterator]();
      const seen = await takeEvents(batches, 5);
      const live = takeEvents(batches, 2);
      await store.append('b', 'any', events('live', 2));
      expect(idsOf([...seen, ...(await live)])).toEqual(idsOf([...events('before', 5), ...events('live', 2)]));
      end.abort();
    });

    test('a first batch comes at once, empty when nothing is there', async () => {
      const { store } = await open();
      const end = new AbortController();
      const onEmpty = store.subscribe({ after: BEFORE_ALL, signal: end.signal })[Symbol.asyncIterator]();
      expect((await onEmpty.next()).value).toEqual({ events: [], upTo: BEFORE_ALL, caughtUp: true });
      const { position } = await store.append('a', 'any', events('a', 2));
      const atEnd = store.subscribe({ after: position, signal: end.signal })[Symbol.asyncIterator]();
      expect((await atEnd.next()).value).toEqual({ events: [], upTo: position, caughtUp: true });
      end.abort();
    });

    test('only what stands after the position, and checkpoints that lead on without a doubled or a missing event', async () => {
      const { store } = await open();
      await store.append('a', 'any', events('a', 25));
      const seen: string[] = [];
      let after = BEFORE_ALL;
      for (let restart = 0; seen.length < 25; restart++) {
        const end = new AbortController();
        for await (const batch of store.subscribe({ after, batchSize: 1 + (restart % 4), signal: end.signal })) {
          seen.push(...idsOf(batch.events));
          after = batch.upTo;
          end.abort();
        }
      }
      expect(seen).toEqual(idsOf(events('a', 25)));
    });

    test('batches are no larger than asked for, and say when they reach the end', async () => {
      const { store } = await open();
      const { position } = await store.append('a', 'any', events('a', 7));
      const end = new AbortController();
      const batches: EventBatch[] = [];
      for await (const batch of store.subscribe({ after: BEFORE_ALL, batchSize: 3, signal: end.signal })) {
        batches.push(batch);
        if (batch.upTo >= position && batch.caughtUp) end.abort();
      }
      expect(Math.max(...batches.map((batch) => batch.events.length))).toBeLessThanOrEqual(3);
      expect(batches.flatMap((batch) => idsOf(batch.events))).toEqual(idsOf(events('a', 7)));
      expect(batches.findIndex(({ caughtUp }) => caughtUp)).toBe(batches.length - 1);
      for (const batch of batches) if (batch.events.length > 0) expect(batch.upTo).toBe(batch.events.at(-1)!.position);
    });

    test('the next batch is made when it is asked for', async () => {
      const { store } = await open();
      await store.append('a', 'any', events('a', 2));
      const end = new AbortController();
      const batches = store.subscribe({ after: BEFORE_ALL, batchSize: 2, signal: end.signal })[Symbol.asyncIterator]();
      expect(idsOf((await batches.next()).value!.events)).toEqual(idsOf(events('a', 2)));
      await store.append('a', 'any', events('b', 2));
      await store.append('a', 'any', events('c', 2));
      const next = (await batches.next()).value!;
      expect(next.events.length).toBeLessThanOrEqual(2);
      expect(next.caughtUp).toBe(false);
      const rest = await takeEvents(batches, 4 - next.events.length);
      expect(idsOf([...next.events, ...rest])).toEqual(idsOf([...events('b', 2), ...events('c', 2)]));
      end.abort();
    });

    test('abort ends it without an error: before it begins, between batches, while it waits', async () => {
      const { store } = await open();
      await store.append('a', 'any', [event('a')]);
      expect(await drain(store.subscribe({ after: BEFORE_ALL, signal: AbortSignal.abort() }))).toBe(0);
      const between = new AbortController();
      const first = store.subscribe({ after: BEFORE_ALL, signal: between.signal })[Symbol.asyncIterator]();
      await takeEvents(first, 1);
      between.abort();
      expect((await first.next()).done).toBe(true);
      const waiting = new AbortController();
      const second = store.subscribe({ after: BEFORE_ALL, signal: waiting.signal })[Symbol.asyncIterator]();
      await takeEvents(second, 1);
      const next = second.next();
      waiting.abort();
      expect((await next).done).toBe(true);
    });

    test('leaving the loop ends it', async () => {
      const { store } = await open();
      await store.append('a', 'any', events('a', 3));
      const end = new AbortController();
      for await (const batch of store.subscribe({ after: BEFORE_ALL, batchSize: 1, signal: end.signal })) {
        expect(batch.events).toHaveLength(1);
        break;
      }
      expect(await store.append('a', 'any', [event('after')])).toMatchObject({ revision: 3 });
    });

    test('many subscribers each see everything', async () => {
      const { store } = await open();
      const end = new AbortController();
      const readers = Array.from({ length: 5 }, (_, index) =>
        takeEvents(store.subscribe({ after: BEFORE_ALL, batchSize: 1 + index, signal: end.signal })[Symbol.asyncIterator](), 30),
      );
      for (const each of events('a', 30)) await store.append('a', 'any', [each]);
      for (const seen of await Promise.all(readers)) expect(idsOf(seen)).toEqual(idsOf(events('a', 30)));
      end.abort();
    });

    test('with many writers at once, what a reader has seen is a prefix of the log at every moment', async () => {
      const { store } = await open();
      const end = new AbortController();
      const [writers, appends] = [16, 40];
      const total = writers * appends * 2;
      const seen: string[] = [];
      const reading = (async () => {
        for await (const batch of store.subscribe({ after: BEFORE_ALL, batchSize: 50, signal: end.signal })) {
          seen.push(...idsOf(batch.events));
          const log = await store.readAll({ limit: seen.length });
          expect(idsOf(log)).toEqual(seen);
          if (seen.length >= total) end.abort();
        }
      })();
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          for (let n = 0; n < appends; n++) await store.append(`stream-${(writer + n) % 11}`, 'any', events(`w${writer}-${n}`, 2));
        }),
      );
      await reading;
      expect(seen).toHaveLength(total);
      expect(new Set(seen).size).toBe(total);
    });

    test('taken up again and again while others write, nothing is lost and nothing comes twice', async () => {
      const { store } = await open();
      const [writers, appends] = [6, 20];
      const writing = Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          for (let n = 0; n < appends; n++) await store.append(`stream-${writer}`, 'any', events(`w${writer}-${n}`, 2));
        }),
      );
      const seen: string[] = [];
      let after = BEFORE_ALL;
      while (seen.length < writers * appends * 2) {
        for await (const batch of store.subscribe({ after, batchSize: 7, signal: new AbortController().signal })) {
          seen.push(...idsOf(batch.events));
          after = batch.upTo;
          if (batch.events.length > 0) break;
        }
      }
      await writing;
      expect(seen).toEqual(idsOf(await store.readAll()));
    });

    test('closing the store ends its subscriptions without an error', async () => {
      const { store } = await open();
      await store.append('a', 'any', [event('a')]);
      const batches = store.subscribe({ after: BEFORE_ALL, signal: new AbortController().signal })[Symbol.asyncIterator]();
      await takeEvents(batches, 1);
      const next = batches.next();
      await store.close();
      expect((await next).done).toBe(true);
    });
  });
}

type Batches = AsyncIterator<EventBatch>;

/** Asks for batches until so many events have come. */
async function takeEvents(batches: Batches, count: number): Promise<EventBatch['events'][number][]> {
  const taken: EventBatch['events'][number][] = [];
  while (taken.length < count) {
    const next = await batches.next();
    if (next.done) throw new Error(`the subscription ended after ${taken.length} of ${count} events`);
    taken.push(...next.value.events);
  }
  return taken;
}

async function drain(batches: AsyncIterable<EventBatch>): Promise<number> {
  let count = 0;
  for await (const batch of batches) count += batch.events.length;
  return count;
}
