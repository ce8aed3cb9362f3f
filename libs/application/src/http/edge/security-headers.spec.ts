import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EdgeForSpec, edgeForSpec, guidForSpec } from '../edge-for-spec.ts';

const ON_EVERY_ANSWER = {
  'content-security-policy': expect.stringMatching(/^default-src 'self';.*object-src 'none';script-src 'self'/),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
};

let edge: EdgeForSpec;
beforeAll(async () => {
  edge = await edgeForSpec();
});
afterAll(() => edge.close());

test.each([
  ['a list', 'GET', '/v1/migrations', {}, 200],
  ['a page', 'GET', '/docs', {}, 200],
  ['a file of a page', 'GET', '/docs/swagger-ui-bundle.js', {}, 200],
  ['what is not there', 'GET', '/v1/nothing', {}, 404],
  ['what is refused', 'POST', `/v1/migrations/${guidForSpec(999)}/retry`, {}, 404],
  ['what another origin asks for', 'POST', '/v1/bulk/hold', { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }, 403],
] as const)('%s tells browsers what they may do with it', async (_what, method, url, headers, status) => {
  const answer = await edge.app.inject({ method, url, headers });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers).toMatchObject(ON_EVERY_ANSWER);
  expect(answer.headers).not.toHaveProperty('x-powered-by');
});

test('a live stream tells them too', async () => {
  await edge.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `${await edge.app.getUrl()}/v1/stream`;
  const headers = await new Promise((resolve, reject) => {
    const request = get(url, (answer) => {
      resolve(answer.headers);
      answer.destroy();
    });
    request.on('error', reject);
  });
  expect(headers).toMatchObject(ON_EVERY_ANSWER);
});
