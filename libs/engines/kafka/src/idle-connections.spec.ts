import { createRequire } from 'node:module';
import { expect, jest, test } from '@jest/globals';
import './idle-connections.ts';

const require = createRequire(import.meta.url);

interface Queue {
  readonly pending: unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
}

test('the version is the one that was looked into: another one needs another look', () => {
  expect(require('kafkajs/package.json')).toMatchObject({ version: '2.2.4' });
});

test('a connection looks for pending requests only where there are some', () => {
  const RequestQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => Queue;
  const queue = new RequestQueue({ logger: { debug: jest.fn() } });
  queue.scheduleCheckPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
  queue.pending.push({});
  queue.scheduleCheckPendingRequests();
  expect(queue.throttleCheckTimeoutId).not.toBeNull();
  queue.destroy();
});
