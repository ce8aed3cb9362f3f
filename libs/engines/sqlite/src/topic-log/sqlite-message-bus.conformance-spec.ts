import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMessageBus } from '#conformance';
import { instantFromEpoch } from '#kernel';
import type { MessageBus } from '#messaging';
import { openSqliteMessageBus } from './sqlite-message-bus.ts';

describeMessageBus('sqlite', {
  capabilities: { durable: true },
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'topic-log-'));
    const openBus = (): Promise<MessageBus> =>
      openSqliteMessageBus(join(folder, 'bus.db'), { clock: { now: () => instantFromEpoch(0) }, retryPause: { firstMs: 1, longestMs: 5 } });
    let bus = await openBus();
    return {
      bus,
      reopen: async () => {
        await bus.close();
        bus = await openBus();
        return bus;
      },
      close: async () => {
        await bus.close();
        await rm(folder, { recursive: true });
      },
    };
  },
});
