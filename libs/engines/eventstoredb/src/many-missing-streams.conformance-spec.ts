import { expect, jest, test } from '@jest/globals';
import { follow } from './follower-for-spec.ts';
import { event, partsOfACase } from './store-and-server-for-spec.ts';

jest.setTimeout(60_000);

const parts = partsOfACase();
/** Beyond the resets that a server lets pass at once. */
const LOOKS = 3_000;
const AT_ONCE = 100;

test('thousands of looks for streams that are not there leave the connection, and what is under way on it, as it is', async () => {
  const server = await parts.server();
  const store = await parts.store(server.url);
  await store.append('a', 'no-stream', [event('a')]);
  const seen = follow(store);
  parts.atTheEnd(() => seen.running.stop());
  await seen.until(1);
  for (let from = 0; from < LOOKS; from += AT_ONCE) {
    const looks = Array.from({ length: AT_ONCE }, (_, n) => store.readStream(`missing-${from + n}`));
    expect((await Promise.all(looks)).flat()).toEqual([]);
  }
  await store.append('a', { exactly: 0 }, [event('b')]);
  await seen.until(2);
  expect(seen.failures()).toBe(0);
});
