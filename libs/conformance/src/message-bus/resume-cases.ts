import { describe, expect, test } from '@jest/globals';
import { busesFrom, firstTimes, keeping, messages, valuesByKey } from './harness.ts';
import type { MessageBusEngine } from './harness.ts';

export function describeResuming(engine: MessageBusEngine): void {
  describe('opened again', () => {
    const open = busesFrom(engine);
    const whereDurable = engine.capabilities.durable ? test : test.skip;

    whereDurable('a group goes on behind what it has committed, a new one from the start', async () => {
      const { bus, reopen } = await open();
      const all = messages(90, 9);
      await bus.publish('topic', all.slice(0, 60));
      const before = keeping();
      const consumer = await bus.consume({ group: 'g', topics: ['topic'], handle: before.handle });
      await consumer.caughtUp();
      await consumer.stop();
      await bus.publish('topic', all.slice(60, 75));
      const again = await reopen!();
      await again.publish('topic', all.slice(75));
      const after = keeping();
      const resumed = await again.consume({ group: 'g', topics: ['topic'], handle: after.handle });
      expect(await resumed.lag()).toBeLessThanOrEqual(30n);
      await resumed.caughtUp();
      // At least once: what was in hand while a group forms anew may come again, what was committed does not.
      expect(valuesByKey(firstTimes(before.seen))).toEqual(valuesByKey(all.slice(0, 60)));
      expect(valuesByKey(firstTimes(after.seen))).toEqual(valuesByKey(all.slice(60)));
      const fresh = keeping();
      await (await again.consume({ group: 'new', topics: ['topic'], handle: fresh.handle })).caughtUp();
      expect(valuesByKey(firstTimes(fresh.seen))).toEqual(valuesByKey(all));
    });

    whereDurable('what was rejected when the bus closed comes again', async () => {
      const { bus, reopen } = await open();
      await bus.publish('topic', messages(5, 1));
      let rejected = (): void => undefined;
      const rejection = new Promise<void>((resolve) => (rejected = resolve));
      await bus.consume({
        group: 'g',
        topics: ['topic'],
        handle: async () => {
          rejected();
          throw new Error('down');
        },
      });
      await rejection;
      const again = await reopen!();
      const { seen, handle } = keeping();
      await (await again.consume({ group: 'g', topics: ['topic'], handle })).caughtUp();
      expect(seen.map(({ value }) => value)).toEqual(['0', '1', '2', '3', '4']);
    });

    test('anybody can ask how far a group is behind, also while nobody consumes for it', async () => {
      const { bus } = await open();
      await bus.publish('topic', messages(30, 5));
      await bus.publish('other', messages(3, 1));
      expect(await bus.lag('g', ['topic', 'other'])).toBe(33n);
      const consumer = await bus.consume({ group: 'g', topics: ['topic'], handle: keeping().handle });
      await consumer.caughtUp();
      expect(await bus.lag('g', ['topic', 'other'])).toBe(3n);
      await consumer.stop();
      await bus.publish('topic', messages(7, 5));
      expect(await bus.lag('g', ['topic'])).toBe(7n);
      expect(await bus.lag('new', ['topic'])).toBe(37n);
    });

    test('is checked, and can be closed twice', async () => {
      const { bus } = await open();
      await bus.check();
      await bus.close();
      await bus.close();
      await expect(bus.publish('topic', messages(1, 1))).rejects.toThrow();
      await expect(bus.check()).rejects.toThrow();
    });
  });
}
