import { beforeEach, describe, expect, test } from '@jest/globals';
import { BEFORE_ALL } from '#kernel';
import type { RecordedEvent } from '#kernel';
import type { EventStore } from '#event-sourcing';
import { event, events, idsOf } from './sample-events.ts';
import { openedFrom } from './harness.ts';
import type { EventStoreEngine } from './harness.ts';

export function describeReading(engine: EventStoreEngine): void {
  describe('reading', () => {
    const open = openedFrom(engine);
    let store: EventStore;
    let all: readonly RecordedEvent[];

    beforeEach(async () => {
      ({ store } = await open());
      const appended: RecordedEvent[] = [];
      for (let index = 0; index < 12; index++) {
        const { events: recorded } = await store.append(index % 3 === 0 ? 'a' : 'b', 'any', [event(`e${index}`)]);
        appended.push(...recorded);
      }
      all = appended;
    });

    const revisions = (list: readonly RecordedEvent[]): number[] => list.map(({ revision }) => revision);

    test('a stream forwards and backwards', async () => {
      const b = all.filter(({ streamId }) => streamId === 'b');
      expect(await store.readStream('b')).toEqual(b);
      expect(await store.readStream('b', { direction: 'backwards' })).toEqual(b.toReversed());
    });

    test('a stream from a revision, inclusive, and with a limit', async () => {
      expect(revisions(await store.readStream('b', { from: 5 }))).toEqual([5, 6, 7]);
      expect(revisions(await store.readStream('b', { from: 2, limit: 3 }))).toEqual([2, 3, 4]);
      expect(revisions(await store.readStream('b', { limit: 2 }))).toEqual([0, 1]);
      expect(revisions(await store.readStream('b', { from: 8 }))).toEqual([]);
      expect(revisions(await store.readStream('b', { direction: 'backwards', limit: 2 }))).toEqual([7, 6]);
      expect(revisions(await store.readStream('b', { direction: 'backwards', from: 1 }))).toEqual([1, 0]);
      expect(revisions(await store.readStream('b', { direction: 'backwards', from: 99, limit: 1 }))).toEqual([7]);
    });

    test('no stream is empty', async () => {
      expect(await store.readStream('none')).toEqual([]);
      expect(await store.readStream('none', { direction: 'backwards' })).toEqual([]);
    });

    test('all, forwards and backwards', async () => {
      expect(await store.readAll()).toEqual(all);
      expect(await store.readAll({ direction: 'backwards' })).toEqual(all.toReversed());
      expect(await store.readAll({ from: BEFORE_ALL })).toEqual(all);
    });

    test('all from a position, exclusive, and with a limit', async () => {
      const from = all[4]!.position;
      expect(await store.readAll({ from })).toEqual(all.slice(5));
      expect(await store.readAll({ from, limit: 2 })).toEqual(all.slice(5, 7));
      expect(await store.readAll({ from, direction: 'backwards' })).toEqual(all.slice(0, 4).toReversed());
      expect(await store.readAll({ from, direction: 'backwards', limit: 2 })).toEqual([all[3], all[2]]);
      expect(await store.readAll({ from: await store.head() })).toEqual([]);
      expect(await store.readAll({ limit: 5 })).toEqual(all.slice(0, 5));
    });

    test('a thousand at most where no limit is given', async () => {
      const many = events('many', 1_200);
      await store.append('many', 'no-stream', many);
      expect(idsOf(await store.readStream('many'))).toEqual(idsOf(many.slice(0, 1_000)));
      expect(idsOf(await store.readStream('many', { from: 1_000 }))).toEqual(idsOf(many.slice(1_000)));
      expect(await store.readAll()).toHaveLength(1_000);
      const backwards = await store.readStream('many', { direction: 'backwards', limit: 1_100 });
      expect(idsOf(backwards)).toEqual(idsOf(many.slice(100)).toReversed());
    });

    test('an empty log', async () => {
      const empty = await open();
      expect(await empty.store.head()).toBe(BEFORE_ALL);
      expect(await empty.store.readAll()).toEqual([]);
      expect(await empty.store.readAll({ direction: 'backwards' })).toEqual([]);
    });
  });
}
