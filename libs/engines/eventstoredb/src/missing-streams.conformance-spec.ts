import { expect, jest, test } from '@jest/globals';
import { event, partsOfACase } from './store-and-server-for-spec.ts';

jest.setTimeout(60_000);

const parts = partsOfACase();

/** More torn calls than the server of HTTP/2 that the stand-in runs on takes before it closes the connection. */
const MISSING = 3_000;
const AT_ONCE = 50;

test('looking for thousands of streams that are not there costs no connection', async () => {
  const server = await parts.server();
  const store = await parts.store(server.url);
  for (let first = 0; first < MISSING; first += AT_ONCE) {
    const pages = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => store.readStream(`missing-${first + n}`)));
    expect(pages.flat()).toEqual([]);
  }
  await store.append('a', 'no-stream', [event('a')]);
  expect(await store.readStream('a')).toHaveLength(1);
});
