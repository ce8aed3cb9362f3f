import { describe, expect, test } from '@jest/globals';
import { BEFORE_ALL, positionFromText, positionToText } from '#kernel';
import { event, events, idsOf } from './sample-events.ts';
import { openedFrom } from './harness.ts';
import type { EventStoreEngine } from './harness.ts';

const BEYOND_DOUBLES = 2n ** 53n + 5n;

export function describeWhatIsKept(engine: EventStoreEngine): void {
  describe('what is kept', () => {
    const open = openedFrom(engine);
    const whereDurable = engine.capabilities.durable ? test : test.skip;
    const whereItCanBegin = engine.capabilities.firstPosition ? test : test.skip;

    whereDurable('opened again, the log is as it was and goes on where it stood', async () => {
      const { store, reopen } = await open();
      const first = await store.append('a', 'no-stream', events('a', 3));
      await store.append('b', 'no-stream', events('b', 2));
      const before = await store.readAll();
      const again = await reopen!();
      expect(await again.readAll()).toEqual(before);
      expect(await again.head()).toBe(before.at(-1)!.position);
      expect(await again.append('a', 'no-stream', events('a', 3))).toEqual({ ...first, repeated: true });
      await expect(again.append('a', 'no-stream', [event('new')])).rejects.toMatchObject({ actual: 2 });
      if (engine.capabilities.idsAcrossStreams) {
        await expect(again.append('b', 'any', [event('a-0')])).rejects.toMatchObject({ code: 'event-id-reused' });
      }
      const next = await again.append('a', { exactly: 2 }, [event('new')]);
      expect(next.position).toBeGreaterThan(before.at(-1)!.position);
    });

    whereDurable('a close in the middle of appends keeps every append that was answered, and those whole', async () => {
      const { store, reopen } = await open();
      const appends = Array.from({ length: 50 }, (_, index) => store.append(`s${index % 5}`, 'any', events(`e${index}`, 2)));
      const answered = Promise.allSettled(appends);
      const again = await reopen!();
      const kept = new Set(idsOf(await again.readAll()));
      for (const [index, outcome] of (await answered).entries()) {
        const ids = idsOf(events(`e${index}`, 2));
        expect(kept.has(ids[0]!)).toBe(kept.has(ids[1]!));
        if (outcome.status === 'fulfilled') expect(kept.has(ids[0]!)).toBe(true);
      }
    });

    whereItCanBegin('positions beyond 2^53 keep their last digit', async () => {
      const { store } = await open({ firstPosition: BEYOND_DOUBLES });
      const { position, events: recorded } = await store.append('a', 'any', events('a', 3));
      expect(recorded.map((each) => each.position)).toEqual([BEYOND_DOUBLES, BEYOND_DOUBLES + 1n, BEYOND_DOUBLES + 2n]);
      expect(positionFromText(positionToText(position))).toBe(position);
      expect(await store.readAll({ from: recorded[0]!.position })).toEqual(recorded.slice(1));
      expect(await store.readAll({ from: BEFORE_ALL })).toEqual(recorded);
      expect(await store.append('a', 'any', events('a', 3))).toMatchObject({ position, repeated: true });
    });
  });
}
