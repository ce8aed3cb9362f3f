import { expect, jest, test } from '@jest/globals';
import { MemoryMessageBus } from '#engines/memory';
import { RejectedLanes } from './rejected-lanes.ts';
import type { Lane } from './topic-log.ts';

const lane = { topic: 't', partition: 3 };
const other = { topic: 't', partition: 4 };
const fault = Object.assign(new Error('the log does not answer'), { code: 'log-unavailable' });

test('a lane that is rejected five times in a row is told until it is handled; pauses double up to the longest', () => {
  const onFailure = jest.fn();
  const lanes = new RejectedLanes({ firstMs: 1, longestMs: 5, onFailure });
  expect(Array.from({ length: 4 }, () => lanes.rejected(lane, fault))).toEqual([1, 2, 4, 5]);
  lanes.rejected(other, fault);
  expect(() => lanes.check()).not.toThrow();
  lanes.rejected(lane, fault);
  expect(onFailure).toHaveBeenLastCalledWith(fault, lane, 5);
  expect(() => lanes.check()).toThrow(
    expect.objectContaining({
      code: 'messages-rejected',
      message: expect.stringContaining('partition 3 of t were rejected 5 times in a row (log-unavailable)'),
    }),
  );
  lanes.handled(lane);
  expect(() => lanes.check()).not.toThrow();
  expect(lanes.rejected(lane, fault)).toBe(1);
});

test('a lane that belongs to others now is theirs to tell of', () => {
  const lanes = new RejectedLanes({ firstMs: 1, longestMs: 1 });
  for (let times = 0; times < 5; times += 1) lanes.rejected(lane, fault);
  lanes.keepOnly(({ partition }) => partition === 4);
  expect(() => lanes.check()).not.toThrow();
});

test('a bus is not well while its messages are rejected again and again, and is when they are handled', async () => {
  let works = false;
  const fifth = Promise.withResolvers<undefined>();
  const onFailure = (_: unknown, __: Lane, inARow: number) => {
    if (inARow === 5) fifth.resolve(undefined);
  };
  const bus = new MemoryMessageBus({ firstMs: 1, longestMs: 1, onFailure });
  const handle = () => (works ? Promise.resolve() : Promise.reject(fault));
  const consumer = await bus.consume({ group: 'g', topics: ['t'], handle });
  await bus.publish('t', [{ key: 'k', headers: {}, value: 'v' }]);
  await fifth.promise;
  await expect(bus.check()).rejects.toMatchObject({ code: 'messages-rejected' });
  works = true;
  await consumer.caughtUp();
  await expect(bus.check()).resolves.toBeUndefined();
  await bus.close();
});
