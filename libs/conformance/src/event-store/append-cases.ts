import { describe, expect, test } from '@jest/globals';
import { BEFORE_ALL } from '#kernel';
import { event, events, idsOf } from './sample-events.ts';
import { openedFrom } from './harness.ts';
import type { EventStoreEngine } from './harness.ts';

export function describeAppending(engine: EventStoreEngine): void {
  describe('appending', () => {
    const open = openedFrom(engine);

    test('answers with the revision, the position and the events as they stand in the log', async () => {
      const { store } = await open();
      const first = await store.append('a', 'no-stream', events('a', 2));
      expect(first).toMatchObject({ revision: 1, repeated: false });
      expect(first.events.map(({ streamId, revision }) => ({ streamId, revision }))).toEqual([
        { streamId: 'a', revision: 0 },
        { streamId: 'a', revision: 1 },
      ]);
      expect(first.events.at(-1)!.position).toBe(first.position);
      expect(await store.readStream('a')).toEqual(first.events);
      expect(await store.head()).toBe(first.position);
    });

    test('gives back every field as it was', async () => {
      const { store } = await open();
      const plain = event('plain', { list: [1, null, 'x', { deep: true }], empty: '', zero: 0 });
      const whole = {
        ...plain,
        eventId: event('whole').eventId,
        metadata: {
          ...plain.metadata,
          recordedAt: '2026-11-23T07:00:00.123Z' as typeof plain.metadata.recordedAt,
          correlationId: plain.metadata.causationId,
          reason: 'because',
          evidence: { system: 'partner-center', requestId: 'r', answerId: 'a', answeredAt: plain.metadata.occurredAt },
        },
      };
      const { events: recorded } = await store.append('a', 'any', [plain, whole]);
      expect(await store.readStream('a')).toEqual(recorded);
      expect(recorded).toMatchObject([plain, whole]);
    });

    test('an empty append writes nothing and says where things stand', async () => {
      const { store } = await open();
      expect(await store.append('a', 'any', [])).toEqual({ revision: -1, position: BEFORE_ALL, repeated: false, events: [] });
      const { position } = await store.append('a', 'any', events('a', 3));
      expect(await store.append('a', 'any', [])).toEqual({ revision: 2, position, repeated: false, events: [] });
      expect(await store.append('b', 'no-stream', [])).toEqual({ revision: -1, position, repeated: false, events: [] });
      expect(await store.readAll()).toHaveLength(3);
    });

    test('positions grow over all streams', async () => {
      const { store } = await open();
      const positions: bigint[] = [];
      for (const [index, stream] of ['a', 'b', 'a', 'c', 'b'].entries()) {
        positions.push((await store.append(stream, 'any', [event(`e${index}`)])).position);
      }
      expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
      expect(new Set(positions).size).toBe(5);
    });

    test('keeps text of every kind', async () => {
      const { store } = await open();
      const names = { plain: 'Größe', emoji: '👩‍🚀 𝄞', rtl: 'שלום', quotes: `"'\\\u2028`, nul: 'a\u0000b', combining: 'e\u0301', empty: '' };
      await store.append('migration-Ünïcode-👩‍🚀', 'no-stream', [event('text', names)]);
      const [read] = await store.readStream('migration-Ünïcode-👩‍🚀');
      expect(read?.data).toEqual(names);
      expect((await store.readAll())[0]?.streamId).toBe('migration-Ünïcode-👩‍🚀');
    });

    test('keeps large events', async () => {
      const { store } = await open();
      const text = 'ä'.repeat(engine.capabilities.largestEvent / 2 - 1_000);
      await store.append('a', 'no-stream', [event('large', { text }), event('small')]);
      const [large, small] = await store.readStream('a');
      expect((large?.data as { text: string }).text === text).toBe(true);
      expect(small?.data).toEqual({ name: 'small' });
    });

    test('keeps many events of one append, in order', async () => {
      const { store } = await open();
      const many = events('many', engine.capabilities.largestAppend);
      const { revision } = await store.append('a', 'no-stream', many);
      expect(revision).toBe(many.length - 1);
      const read = await store.readStream('a', { limit: many.length + 1 });
      expect(idsOf(read)).toEqual(idsOf(many));
      expect(idsOf(await store.readAll({ limit: many.length + 1 }))).toEqual(idsOf(many));
    });

    test('appends that run at once are all there, each whole and in a row', async () => {
      const { store } = await open();
      const groups = Array.from({ length: 40 }, (_, index) => events(`group-${index}`, (index % 5) + 1));
      await Promise.all(groups.map((group, index) => store.append(`stream-${index % 7}`, 'any', group)));
      const all = await store.readAll();
      expect(all).toHaveLength(groups.flat().length);
      for (const group of groups) {
        const first = all.findIndex(({ eventId }) => eventId === group[0]!.eventId);
        expect(idsOf(all.slice(first, first + group.length))).toEqual(idsOf(group));
      }
    });

    test('an append of several events is seen as a whole or not at all', async () => {
      const { store } = await open();
      const looks: number[] = [];
      for (let n = 0; n < 20; n++) {
        const append = store.append('a', 'any', events(`e${n}`, 5));
        for (let look = 0; look < 5; look++) looks.push((await store.readStream('a')).length);
        await append;
      }
      expect(looks.filter((length) => length % 5 !== 0)).toEqual([]);
    });

    test('a clock that goes back changes nothing in the order', async () => {
      const { store } = await open();
      const times = ['2026-11-23T09:00:00.000Z', '2026-11-23T08:00:00.000Z', '2026-11-22T23:59:59.999Z'] as const;
      for (const [n, recordedAt] of times.entries()) {
        const each = event(`e${n}`);
        await store.append(`s${n % 2}`, 'any', [
          { ...each, metadata: { ...each.metadata, recordedAt: recordedAt as typeof each.metadata.recordedAt } },
        ]);
      }
      expect((await store.readAll()).map(({ metadata }) => metadata.recordedAt)).toEqual(times);
    });

    test('is checked, and can be closed twice', async () => {
      const { store } = await open();
      await store.append('a', 'any', [event('a')]);
      await store.check();
      await store.close();
      await store.close();
      await expect(store.append('a', 'any', [event('b')])).rejects.toThrow();
      await expect(store.check()).rejects.toThrow();
    });
  });
}
