import { expect, test } from '@jest/globals';
import { AskedTogether } from './asked-together.ts';

test('who asks in the same turn is answered by one question, each key in it once, and no more keys than are allowed', async () => {
  const questions: (readonly string[])[] = [];
  const lengths = new AskedTogether(async (keys) => {
    questions.push(keys);
    return (key) => key.length;
  }, 3);
  expect(await Promise.all(['a', 'bb', 'bb', 'ccc', 'dddd'].map((key) => lengths.of(key)))).toEqual([1, 2, 2, 3, 4]);
  expect(await lengths.of('a')).toBe(1);
  expect(questions).toEqual([['a', 'bb'], ['ccc', 'dddd'], ['a']]);
});

test('a question that fails rejects all who asked it, and nobody else', async () => {
  let fails = true;
  const asked = new AskedTogether((keys) =>
    fails ? Promise.reject(new Error('away')) : Promise.resolve((key: string) => keys.includes(key)),
  );
  await Promise.all(['a', 'b'].map((key) => expect(asked.of(key)).rejects.toThrow('away')));
  fails = false;
  expect(await asked.of('a')).toBe(true);
});
