import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EdgeForSpec, edgeForSpec, guidForSpec, registrationForSpec } from './edge-for-spec.ts';

let edge: EdgeForSpec;
let migration: string;
let original: string;
beforeAll(async () => {
  edge = await edgeForSpec();
  const payload = registrationForSpec();
  original = payload.lines[0]!.originalSubscriptionId;
  migration = (await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload })).json().id;
});
afterAll(() => edge.close());

/** Values that come near to what fields take, and values that do not. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom<unknown>(
    '',
    '2026-12-31',
    '2026-02-30',
    '2026-12-31T08:00:00Z',
    '9999-12-31T23:59:59+14:00',
    'P1D',
    '-P9999999Y',
    1,
    -1,
    0,
    1e308,
    2 ** 53,
    null,
    true,
    [],
    {},
    'DE',
  ),
  fc.constantFrom<unknown>(
    'cancellation',
    'expiry',
    'CFQ7TTC0LH18:0001',
    'web-direct',
    'contoso.com',
    'a@b.example',
    'requested',
    'x'.repeat(2_000),
    guidForSpec(3),
  ),
);

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'POST /v1/migrations': ['customerTenantId', 'customerName', 'customerDomain', 'country', 'contactEmail', 'wave', 'lines'],
  'POST /v1/migrations/:id/record-acceptance': ['acceptedAt'],
  'POST /v1/migrations/:id/choose-target': ['originalSubscriptionId', 'catalogItem', 'skuId', 'seats'],
  'POST /v1/migrations/:id/provision': ['originalSubscriptionId', 'notBefore'],
  'POST /v1/migrations/:id/choose-original-end': ['originalSubscriptionId', 'by', 'acknowledgeNoRefund'],
  'POST /v1/migrations/:id/hold': ['reason', 'until'],
  'POST /v1/migrations/:id/resume': [],
  'POST /v1/migrations/:id/retry': [],
  'POST /v1/migrations/:id/request-reseller': [],
  'POST /v1/bulk/hold': ['filter', 'body', 'preview'],
  'POST /v1/events': ['specversion', 'id', 'source', 'type', 'data', 'time'],
  'POST /v1/webhooks/partner-center': ['eventName', 'resourceUri', 'resourceChangeUtcDate'],
  'PUT /v1/clock': ['to'],
};

const line = fc.record(
  Object.fromEntries(
    ['originalSubscriptionId', 'program', 'offerName', 'skuId', 'seats', 'termEnd', 'autoRenew', 'target'].map((name) => [name, value]),
  ),
  { requiredKeys: [] },
);
const filter = fc.record(Object.fromEntries(['stage', 'risk', 'wave', 'program', 'q', 'endsBefore'].map((name) => [name, value])), {
  requiredKeys: [],
});

function bodyOf(names: readonly string[]): fc.Arbitrary<unknown> {
  const of = (name: string): fc.Arbitrary<unknown> => {
    if (name === 'lines') return fc.oneof(value, fc.array(fc.oneof(line, value), { maxLength: 4 }));
    if (name === 'filter') return fc.oneof(value, filter);
    if (name === 'originalSubscriptionId') return fc.oneof(value, fc.constant(original));
    return value;
  };
  const known = fc.record(Object.fromEntries(names.map((name) => [name, of(name)])), { requiredKeys: [] });
  return fc.oneof(
    { weight: 6, arbitrary: known },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.dictionary(fc.string(), value) },
  );
}

/** Whatever is sent: an answer below 500, and a problem document where it is not a good one. */
function judge(answer: { statusCode: number; headers: Record<string, unknown>; body: string }): void {
  expect({ status: answer.statusCode, body: answer.statusCode >= 500 ? answer.body : '' }).toEqual({
    status: expect.any(Number),
    body: '',
  });
  if (answer.statusCode < 400) return;
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(JSON.parse(answer.body)).toMatchObject({ status: answer.statusCode, code: expect.stringMatching(/^[a-z]+(-[a-z0-9]+)*$/) });
}

test.each(Object.keys(FIELDS))('no body makes %s fail', async (address) => {
  const [method, path] = address.split(' ') as ['POST' | 'PUT', string];
  const contentType = path === '/v1/events' ? 'application/cloudevents+json' : 'application/json';
  await fc.assert(
    fc.asyncProperty(bodyOf(FIELDS[address]!), async (body) => {
      judge(
        await edge.app.inject({
          method,
          url: path.replace(':id', migration),
          payload: JSON.stringify(body),
          headers: { 'content-type': contentType },
        }),
      );
    }),
    { numRuns: 60 },
  );
});

test.each(['/v1/migrations', '/v1/todos', '/v1/dead-letters', '/v1/migrations/:id', '/v1/migrations/:id/history', '/v1/overview'])(
  'no parameter makes GET %s fail',
  async (path) => {
    const names = fc.constantFrom(
      'limit',
      'cursor',
      'sort',
      'stage',
      'risk',
      'wave',
      'program',
      'q',
      'endsBefore',
      'asOf',
      'kind',
      'dueBefore',
      '__proto__',
      'x',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.constantFrom(
        '1',
        '500',
        '501',
        '-1',
        'registeredAt',
        '-updatedAt',
        'requested,accepted',
        '2026-12-31',
        '2026-12-31T00:00:00Z',
        'WyJhIiwiYiJd',
        'registeredAt.WyJhIiwiYiJd',
        '%',
        '_',
        "'",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(names, texts), { maxLength: 4 }), async (pairs) => {
        judge(await edge.app.inject({ url: `${path.replace(':id', migration)}?${new URLSearchParams(pairs)}` }));
      }),
      { numRuns: 100 },
    );
  },
);

test('no bytes make any address fail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(FIELDS)),
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom('application/json', 'text/csv', 'x', 'application/cloudevents-batch+json'),
      async (address, bytes, contentType) => {
        const [method, path] = address.split(' ') as ['POST', string];
        judge(
          await edge.app.inject({
            method,
            url: path.replace(':id', migration),
            payload: Buffer.from(bytes),
            headers: { 'content-type': contentType },
          }),
        );
      },
    ),
    { numRuns: 150 },
  );
});
