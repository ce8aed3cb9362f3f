import { expect, jest, test } from '@jest/globals';
import { toldOfRejections } from './open-bus.ts';

test('rejected messages are told at first, then ever more rarely, but never for the last time', () => {
  const warn = jest.fn();
  const onFailure = toldOfRejections({ warn });
  for (let inARow = 1; inARow <= 256; inARow += 1) onFailure(new Error('the log is away'), { topic: 't', partition: 3 }, inARow);
  const told = warn.mock.calls.map(([fields]) => fields as object);
  expect(told[0]).toEqual({ topic: 't', partition: 3, inARow: 1, error: 'the log is away' });
  expect(told.map((fields) => (fields as { inARow: number }).inARow)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 192, 256]);
});
