import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { instantFromEpoch } from '#kernel';
import type { Message } from '#messaging';
import { openSqliteMessageBus } from './sqlite-message-bus.ts';

const HOUR_MS = 3_600_000;

describe('retention of messages', () => {
  let folder: string;
  let now = 0;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retention-'));
    now = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  const clock = { now: () => instantFromEpoch(now) };
  const many = (count: number): Message[] =>
    Array.from({ length: count }, (_, n) => ({ key: `k${n % 30}`, headers: {}, value: 'x'.repeat(100) }));
  const stored = (): number => {
    const db = new DatabaseSync(join(folder, 'bus.db'), { readOnly: true });
    const { n } = db.prepare('SELECT count(*) AS n FROM messages').get() as { n: number };
    db.close();
    return n;
  };

  test.each([
    ['old', { maxAgeMs: HOUR_MS }],
    ['large', { maxBytes: 1 }],
  ])('removes what is too %s, once every group has seen it', async (_, retention) => {
    const bus = await openSqliteMessageBus(join(folder, 'bus.db'), { clock, retention });
    const slow = await bus.consume({ group: 'slow', topics: ['t'], handle: async () => undefined });
    await slow.stop();
    await bus.publish('t', many(1_500));
    now = 2 * HOUR_MS;
    await bus.publish('t', many(1_000));
    expect(stored()).toBe(2_500);
    let handled = 0;
    const again = await bus.consume({ group: 'slow', topics: ['t'], handle: async (list) => void (handled += list.length) });
    await again.caughtUp();
    expect(handled).toBe(2_500);
    now = 4 * HOUR_MS;
    await bus.publish('t', many(1_000));
    expect(stored()).toBeLessThan(2_000);
    await again.caughtUp();
    expect(handled).toBe(3_500);
    const late = await bus.consume({ group: 'late', topics: ['t'], handle: async () => undefined });
    await late.caughtUp();
    expect(await late.lag()).toBe(0n);
    await bus.close();
  });
});
