import { expect, test } from '@jest/globals';
import { KeyedQueue } from './keyed-queue.ts';

test('one key at a time in the order of the calls, also after failures; other keys side by side', async () => {
  const queue = new KeyedQueue();
  const log: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  const work = (name: string, wait?: Promise<unknown>) => async () => {
    log.push(`${name} begins`);
    await wait;
    log.push(`${name} ends`);
    if (name === 'a2') throw new Error(name);
    return name;
  };
  const first = queue.run('a', work('a1', gate.promise));
  const second = queue.run('a', work('a2'));
  const third = queue.run('a', work('a3'));
  expect(await queue.run('b', work('b1'))).toBe('b1');
  expect(log).toEqual(['a1 begins', 'b1 begins', 'b1 ends']);
  gate.resolve(undefined);
  await expect(second).rejects.toThrow('a2');
  expect([await first, await third]).toEqual(['a1', 'a3']);
  expect(log.slice(3)).toEqual(['a1 ends', 'a2 begins', 'a2 ends', 'a3 begins', 'a3 ends']);
});
