import { describe, expect, test } from '@jest/globals';
import { event, events } from './sample-events.ts';
import { openedFrom } from './harness.ts';
import type { EventStoreEngine } from './harness.ts';

export function describeRepeatedAppends(engine: EventStoreEngine): void {
  describe('repeated appends', () => {
    const open = openedFrom(engine);
    const whereIdsAreKnownEverywhere = engine.capabilities.idsAcrossStreams ? test : test.skip;

    test.each(['no-stream', 'any', { exactly: -1 }] as const)(
      '%j: the same events again answer like the first, also when the stream has moved on',
      async (expected) => {
        const { store } = await open();
        const first = await store.append('a', expected, events('a', 2));
        const again = { ...first, repeated: true };
        expect(await store.append('a', expected, events('a', 2))).toEqual(again);
        await store.append('a', { exactly: 1 }, events('later', 3));
        await store.append('b', 'any', events('b', 1));
        expect(await store.append('a', expected, events('a', 2))).toEqual(again);
        expect(await store.readAll()).toHaveLength(6);
      },
    );

    test('a repeat in the middle of a stream is recognised too', async () => {
      const { store } = await open();
      await store.append('a', 'no-stream', events('first', 2));
      const middle = await store.append('a', { exactly: 1 }, events('middle', 2));
      await store.append('a', { exactly: 3 }, events('last', 2));
      expect(await store.append('a', { exactly: 1 }, events('middle', 2))).toEqual({ ...middle, repeated: true });
    });

    test('the original events come back, not the repeated ones', async () => {
      const { store } = await open();
      await store.append('a', 'any', [event('a', { told: 'first' })]);
      const { events: recorded } = await store.append('a', 'any', [event('a', { told: 'again' })]);
      expect(recorded.map(({ data }) => data)).toEqual([{ told: 'first' }]);
    });

    whereIdsAreKnownEverywhere('the same event on another stream is refused', async () => {
      const { store } = await open();
      await store.append('a', 'any', [event('same')]);
      await expect(store.append('b', 'any', [event('same')])).rejects.toMatchObject({
        code: 'event-id-reused',
        eventId: event('same').eventId,
      });
      expect(await store.readStream('b')).toEqual([]);
      expect(await store.append('b', 'no-stream', [event('other')])).toMatchObject({ revision: 0 });
    });

    test('an append that shares some of its events with another is refused, and nothing of it stays', async () => {
      const { store } = await open();
      await store.append('a', 'any', [event('1'), event('2'), event('3')]);
      const refused = { code: expect.stringMatching(/^(event-id-reused|wrong-expected-revision)$/) };
      await expect(store.append('a', 'any', [event('new'), event('2')])).rejects.toMatchObject(refused);
      await expect(store.append('a', 'any', [event('3'), event('new')])).rejects.toMatchObject(refused);
      await expect(store.append('a', 'any', [event('2'), event('1')])).rejects.toMatchObject(refused);
      await expect(store.append('a', 'any', [event('1'), event('3')])).rejects.toMatchObject(refused);
      await expect(store.append('a', { exactly: 0 }, [event('new'), event('2')])).rejects.toMatchObject(refused);
      expect(await store.readAll()).toHaveLength(3);
      expect(await store.append('a', { exactly: 2 }, [event('new')])).toMatchObject({ revision: 3 });
    });

    test('an append that holds an event twice is refused', async () => {
      const { store } = await open();
      await expect(store.append('a', 'any', [event('1'), event('2'), event('1')])).rejects.toMatchObject({ code: 'event-id-reused' });
      expect(await store.readAll()).toEqual([]);
    });

    test('the same append from many callers at once is written once', async () => {
      const { store } = await open();
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.append('a', 'no-stream', events('a', 3))));
      expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
      for (const answer of answers) expect(answer).toEqual({ ...answers[0]!, repeated: answer.repeated });
      expect(await store.readAll()).toHaveLength(3);
    });

    whereIdsAreKnownEverywhere('the same event for two streams at once goes to one of them', async () => {
      const { store } = await open();
      const settled = await Promise.allSettled(['a', 'b', 'c'].map((stream) => store.append(stream, 'any', [event('same')])));
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of settled) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'event-id-reused' });
      expect(await store.readAll()).toHaveLength(1);
    });
  });
}
