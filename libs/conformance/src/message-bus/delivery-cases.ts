import { describe, expect, test } from '@jest/globals';
import { busesFrom, keeping, message, messages, valuesByKey } from './harness.ts';
import type { MessageBusEngine } from './harness.ts';

export function describeDelivery(engine: MessageBusEngine): void {
  describe('delivery', () => {
    const open = busesFrom(engine);

    test('a message arrives as it was published', async () => {
      const { bus } = await open();
      const sent = { key: 'Kunde-ü', headers: { 'ce-id': '1', 'ce-source': '//a/ß' }, value: '{"name":"👩‍🚀 \\"x\\"\\n"}' };
      await bus.publish('topic', [sent]);
      const { seen, handle } = keeping();
      const consumer = await bus.consume({ group: 'g', topics: ['topic'], handle });
      await consumer.caughtUp();
      expect(seen).toMatchObject([{ ...sent, topic: 'topic' }]);
      expect(typeof seen[0]!.offset).toBe('bigint');
    });

    test('messages of a key come in order, each once, whether published before or after the consumer began', async () => {
      const { bus } = await open();
      const all = messages(300, 17);
      await bus.publish('topic', all.slice(0, 100));
      const { seen, handle } = keeping();
      const consumer = await bus.consume({ group: 'g', topics: ['topic'], handle, batchSize: 7 });
      for (let at = 100; at < 300; at += 20) await bus.publish('topic', all.slice(at, at + 20));
      await consumer.caughtUp();
      expect(valuesByKey(seen)).toEqual(valuesByKey(all));
    });

    test('a key stays in its partition, and offsets grow within it', async () => {
      const { bus } = await open();
      await bus.publish('topic', messages(60, 12));
      const { seen, handle } = keeping();
      const consumer = await bus.consume({ group: 'g', topics: ['topic'], handle });
      await consumer.caughtUp();
      for (const key of new Set(seen.map((each) => each.key))) {
        const ofKey = seen.filter((each) => each.key === key);
        expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
        const offsets = ofKey.map(({ offset }) => offset);
        expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => (a < b ? -1 : 1)));
      }
    });

    test('calls hold messages of one partition, no more than asked for, and never overlap within it', async () => {
      const { bus } = await open();
      await bus.publish('topic', messages(200, 20));
      const running = new Set<number>();
      let overlaps = 0;
      let largest = 0;
      let mixed = 0;
      const consumer = await bus.consume({
        group: 'g',
        topics: ['topic'],
        batchSize: 5,
        handle: async (list) => {
          const { partition } = list[0]!;
          if (running.has(partition)) overlaps++;
          running.add(partition);
          largest = Math.max(largest, list.length);
          if (list.some((each) => each.partition !== partition)) mixed++;
          await new Promise((resolve) => setImmediate(resolve));
          running.delete(partition);
        },
      });
      await consumer.caughtUp();
      expect({ overlaps, mixed }).toEqual({ overlaps: 0, mixed: 0 });
      expect(largest).toBeLessThanOrEqual(5);
    });

    test('several topics, one of which comes to be later', async () => {
      const { bus } = await open();
      await bus.publish('one', [message('a', '1')]);
      const { seen, handle } = keeping();
      const consumer = await bus.consume({ group: 'g', topics: ['one', 'two'], handle });
      await bus.publish('two', [message('a', '2')]);
      await bus.publish('other', [message('a', '3')]);
      await consumer.caughtUp();
      expect(seen.map(({ topic, value }) => `${topic} ${value}`).toSorted()).toEqual(['one 1', 'two 2']);
    });

    test('a publication is all or nothing', async () => {
      const { bus } = await open();
      await expect(bus.publish('topic', [message('a', 'small'), message('b', 'x'.repeat(1024 * 1024 + 1))])).rejects.toMatchObject({
        code: 'message-too-large',
      });
      await bus.publish('topic', []);
      await bus.publish('topic', [message('c', 'x'.repeat(1024 * 1024))]);
      const { seen, handle } = keeping();
      const consumer = await bus.consume({ group: 'g', topics: ['topic'], handle });
      await consumer.caughtUp();
      expect(seen.map(({ key }) => key)).toEqual(['c']);
    });

    test('publications that run at once are all there', async () => {
      const { bus } = await open();
      const all = messages(400, 40);
      await Promise.all(
        Array.from({ length: 40 }, (_, key) =>
          bus.publish(
            'topic',
            all.filter((each) => each.key === `key-${key}`),
          ),
        ),
      );
      const { seen, handle } = keeping();
      const consumer = await bus.consume({ group: 'g', topics: ['topic'], handle });
      await consumer.caughtUp();
      expect(valuesByKey(seen)).toEqual(valuesByKey(all));
    });
  });
}
