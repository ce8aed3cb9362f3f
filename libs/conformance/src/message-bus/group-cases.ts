import { describe, expect, test } from '@jest/globals';
import type { ReceivedMessage } from '#messaging';
import { busesFrom, keeping, message, messages, valuesByKey } from './harness.ts';
import type { MessageBusEngine } from './harness.ts';

export function describeGroups(engine: MessageBusEngine): void {
  describe('groups', () => {
    const open = busesFrom(engine);

    test('each group sees every message, also one that comes later', async () => {
      const { bus } = await open();
      const all = messages(50, 10);
      await bus.publish('topic', all);
      for (const group of ['first', 'second']) {
        const { seen, handle } = keeping();
        const consumer = await bus.consume({ group, topics: ['topic'], handle });
        await consumer.caughtUp();
        expect(valuesByKey(seen)).toEqual(valuesByKey(all));
      }
    });

    test('consumers of one group share the messages: each is handled by one of them', async () => {
      const { bus } = await open();
      const all = messages(300, 60);
      const [one, other] = [keeping(), keeping()];
      const first = await bus.consume({ group: 'g', topics: ['topic'], handle: one.handle });
      const second = await bus.consume({ group: 'g', topics: ['topic'], handle: other.handle });
      for (let at = 0; at < 300; at += 30) await bus.publish('topic', all.slice(at, at + 30));
      await first.caughtUp();
      await second.caughtUp();
      expect(one.seen.length).toBeGreaterThan(0);
      expect(other.seen.length).toBeGreaterThan(0);
      expect([...one.seen, ...other.seen].map(({ value }) => Number(value)).toSorted((a, b) => a - b)).toEqual([...Array(300).keys()]);
    });

    test('when one leaves, the others take over, in order', async () => {
      const { bus } = await open();
      const all = messages(120, 24);
      const seen: ReceivedMessage[] = [];
      const handle = async (list: readonly ReceivedMessage[]): Promise<void> => {
        seen.push(...list);
      };
      const leaving = await bus.consume({ group: 'g', topics: ['topic'], handle, batchSize: 3 });
      const staying = await bus.consume({ group: 'g', topics: ['topic'], handle, batchSize: 3 });
      await bus.publish('topic', all.slice(0, 60));
      await leaving.stop();
      await bus.publish('topic', all.slice(60));
      await staying.caughtUp();
      expect(valuesByKey(seen)).toEqual(valuesByKey(all));
    });

    test('rejected messages come again, in order, before anything that follows them', async () => {
      const { bus } = await open();
      const handled: string[] = [];
      let rejections = 3;
      const consumer = await bus.consume({
        group: 'g',
        topics: ['topic'],
        batchSize: 2,
        handle: async (list) => {
          if (list.some(({ value }) => value === '4') && rejections-- > 0) throw new Error('not now');
          handled.push(...list.map(({ value }) => value));
        },
      });
      await bus.publish('topic', messages(10, 1));
      await consumer.caughtUp();
      expect(handled).toEqual([...Array(10).keys()].map(String));
      expect(rejections).toBe(-1);
    });

    test('one partition that is stuck does not hold up the others', async () => {
      const { bus } = await open();
      const all = messages(100, 50);
      let stuck: number | undefined;
      let release = false;
      let others = (): void => undefined;
      const othersHandled = new Promise<void>((resolve) => (others = resolve));
      const consumer = await bus.consume({
        group: 'g',
        topics: ['topic'],
        handle: async ([first]) => {
          stuck ??= first!.partition;
          if (first!.partition !== stuck) others();
          else if (!release) throw new Error('stuck');
        },
      });
      await bus.publish('topic', all);
      await othersHandled;
      expect(await consumer.lag()).toBeGreaterThan(0n);
      release = true;
      await consumer.caughtUp();
      expect(await consumer.lag()).toBe(0n);
    });

    test('the lag counts what is not committed', async () => {
      const { bus } = await open();
      await bus.publish('topic', messages(30, 5));
      let release = (): void => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      const consumer = await bus.consume({ group: 'g', topics: ['topic'], handle: () => gate });
      expect(await consumer.lag()).toBe(30n);
      await bus.publish('topic', messages(10, 5));
      expect(await consumer.lag()).toBe(40n);
      release();
      await consumer.caughtUp();
      expect(await consumer.lag()).toBe(0n);
    });

    test('stop finishes the call in hand and commits it: the next consumer goes on behind it', async () => {
      const { bus } = await open();
      await bus.publish('topic', messages(20, 1));
      let release = (): void => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      let begun = (): void => undefined;
      const beginning = new Promise<void>((resolve) => (begun = resolve));
      const first: string[] = [];
      const stopping = await bus.consume({
        group: 'g',
        topics: ['topic'],
        batchSize: 5,
        handle: async (list) => {
          begun();
          await gate;
          first.push(...list.map(({ value }) => value));
        },
      });
      await beginning;
      const stopped = stopping.stop();
      release();
      await stopped;
      expect(first).toEqual(['0', '1', '2', '3', '4']);
      const { seen, handle } = keeping();
      const next = await bus.consume({ group: 'g', topics: ['topic'], handle });
      await next.caughtUp();
      expect(seen.map(({ value }) => Number(value))).toEqual([...Array(20).keys()].slice(5));
      expect(first).toHaveLength(5);
    });

    test('stop while messages are being rejected ends the repeats', async () => {
      const { bus } = await open();
      await bus.publish('topic', [message('a', '1')]);
      let rejected = (): void => undefined;
      const rejection = new Promise<void>((resolve) => (rejected = resolve));
      const consumer = await bus.consume({
        group: 'g',
        topics: ['topic'],
        handle: async () => {
          rejected();
          throw new Error('never');
        },
      });
      await rejection;
      await consumer.stop();
      await consumer.stop();
      const { seen, handle } = keeping();
      const next = await bus.consume({ group: 'g', topics: ['topic'], handle });
      await next.caughtUp();
      expect(seen.map(({ value }) => value)).toEqual(['1']);
    });
  });
}
