import { expect, test } from '@jest/globals';
import { beginSteps } from './begin-steps.ts';

const atOnce = () => new Promise<void>((resolve) => setImmediate(resolve));

test('steps go in order, a failing one is tried again, and what it met is told until it succeeds', async () => {
  const done: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  let failures = 3;
  const beginning = beginSteps(
    [
      { name: 'first', run: () => Promise.resolve(void done.push('first')) },
      {
        name: 'second',
        run: () => {
          if (failures-- > 0) return Promise.reject(new Error('the broker does not answer'));
          done.push('second');
          return Promise.resolve();
        },
      },
      { name: 'third', run: () => Promise.resolve(void done.push('third')) },
    ],
    () => gate.promise,
    () => undefined,
  );
  await beginning.tried;
  expect(done).toEqual(['first']);
  await expect(beginning.check()).rejects.toThrow('the broker does not answer');
  gate.resolve(undefined);
  while (done.length < 3) await atOnce();
  await atOnce();
  await expect(beginning.check()).resolves.toBeUndefined();
  expect(done).toEqual(['first', 'second', 'third']);
  await beginning.stop();
});

test('a stop ends the trying', async () => {
  const beginning = beginSteps([{ name: 'never', run: () => Promise.reject(new Error('no')) }], atOnce, () => undefined);
  await beginning.tried;
  await beginning.stop();
  await expect(beginning.check()).rejects.toThrow('no');
});
