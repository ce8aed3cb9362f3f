import { describe, expect, test } from '@jest/globals';
import { createRefreshToken } from './refresh-token.ts';

describe('refresh token', () => {
  test('an older token never lands on top of a newer one, whatever the writes take', async () => {
    const stored: string[] = [];
    const waiting: (() => void)[] = [];
    const token = createRefreshToken('t0', async (newest) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      stored.push(newest);
    });
    const all = Promise.all([token.replace('t1'), token.replace('t2'), token.replace('t3')]);
    expect(token.current()).toBe('t3');
    for (let turn = 0; turn < 20; turn += 1) {
      waiting.shift()?.();
      await Promise.resolve();
    }
    await all;
    expect(stored.at(-1)).toBe('t3');
  });
});
