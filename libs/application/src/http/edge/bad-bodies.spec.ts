import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EdgeForSpec, edgeForSpec, registrationForSpec } from '../edge-for-spec.ts';

let edge: EdgeForSpec;
beforeAll(async () => {
  edge = await edgeForSpec();
});
afterAll(() => edge.close());

const JSON_TYPE = 'application/json';

function post(payload: string | Buffer, contentType: string | undefined = JSON_TYPE) {
  return edge.app.inject({
    method: 'POST',
    url: '/v1/migrations',
    payload,
    headers: contentType === '' ? {} : { 'content-type': contentType },
  });
}

test.each([
  ['no JSON', '{"a": 1,}', JSON_TYPE, 400, 'not-json'],
  ['half a document', '{"customerTenantId": "', JSON_TYPE, 400, 'not-json'],
  ['a list', '[]', JSON_TYPE, 400, 'body-not-an-object'],
  ['a text', '"x"', JSON_TYPE, 400, 'body-not-an-object'],
  ['null', 'null', JSON_TYPE, 400, 'validation-failed'],
  ['nothing', '', JSON_TYPE, 400, 'validation-failed'],
  ['a form', 'a=1', 'application/x-www-form-urlencoded', 415, 'content-type-unsupported'],
  ['plain text', '{}', 'text/plain', 415, 'content-type-unsupported'],
  ['CSV', 'a,b', 'text/csv', 415, 'content-type-unsupported'],
  ['no type', '{}', '', 415, 'content-type-unsupported'],
  ['a type that is none', '{}', 'json', 415, 'content-type-unsupported'],
  ['another encoding', Buffer.from('{"customerName": "Müller"}', 'latin1'), JSON_TYPE, 400, 'encoding-broken'],
  ['a poisoned prototype', '{"__proto__": {"x": 1}}', JSON_TYPE, 400, 'field-name-forbidden'],
  ['a poisoned constructor', '{"constructor": {"prototype": {"x": 1}}}', JSON_TYPE, 400, 'field-name-forbidden'],
  ['depth', `{"lines": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, JSON_TYPE, 400, 'nested-too-deeply'],
  ['depth in an unknown field', `{"x": ${'{"x":'.repeat(50_000)}1${'}'.repeat(50_000)}}`, JSON_TYPE, 400, 'nested-too-deeply'],
  ['a hundred thousand lines', JSON.stringify({ lines: Array.from({ length: 100_000 }, () => ({})) }), JSON_TYPE, 400, 'too-many-values'],
  [
    'tens of thousands of fields',
    JSON.stringify(Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`f${index}`, 1]))),
    JSON_TYPE,
    400,
    'too-many-fields',
  ],
  ['two thousand lines', JSON.stringify({ lines: Array.from({ length: 2_000 }, () => ({})) }), JSON_TYPE, 400, 'validation-failed'],
  ['more than 1 MiB', `{"x": "${'x'.repeat(1024 * 1024)}"}`, JSON_TYPE, 413, 'body-too-large'],
] as const)('%s', async (_, payload, contentType, status, code) => {
  const answer = await post(payload, contentType);
  expect(answer.json()).toMatchObject({ status, code });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.body.length).toBeLessThan(40_000);
});

const LINE = registrationForSpec().lines[0]!;

test.each([
  [{ customerTenantId: '' }, '/customerTenantId', 'not-a-guid'],
  [{ customerTenantId: null }, '/customerTenantId', 'required'],
  [{ customerTenantId: 7 }, '/customerTenantId', 'not-a-text'],
  [{ customerName: '  ' }, '/customerName', 'empty'],
  [{ customerName: 'x'.repeat(257) }, '/customerName', 'text-too-long'],
  [{ customerName: 'bell\u0007' }, '/customerName', 'control-character'],
  [{ customerName: '\ud800' }, '/customerName', 'text-broken'],
  [{ customerDomain: 'https://contoso.com' }, '/customerDomain', 'not-a-domain'],
  [{ country: 'UK' }, '/country', 'unknown-country'],
  [{ contactEmail: 'two@x.com,three@x.com' }, '/contactEmail', 'not-an-email'],
  [{ wave: '' }, '/wave', 'empty'],
  [{ lines: [] }, '/lines', 'empty'],
  [{ lines: {} }, '/lines', 'not-a-list'],
  [{ lines: [null] }, '/lines', 'not-an-object'],
  [{ lines: [LINE, []] }, '/lines', 'not-an-object'],
  [{ lines: [{ ...LINE, seats: 0 }] }, '/lines/0/seats', 'seats-out-of-range'],
  [{ lines: [{ ...LINE, seats: 1_000_001 }] }, '/lines/0/seats', 'seats-out-of-range'],
  [{ lines: [{ ...LINE, seats: 1.5 }] }, '/lines/0/seats', 'not-a-whole-number'],
  [{ lines: [{ ...LINE, seats: 2 ** 53 }] }, '/lines/0/seats', 'not-a-whole-number'],
  [{ lines: [{ ...LINE, program: 'EA' }] }, '/lines/0/program', 'unknown-program'],
  [{ lines: [{ ...LINE, termEnd: '2026-11-31' }] }, '/lines/0/termEnd', 'no-such-date'],
  [{ lines: [{ ...LINE, termEnd: '2026-11-30T00:00:00Z' }] }, '/lines/0/termEnd', 'no-such-date'],
  [{ lines: [{ ...LINE, termEnd: '2026-07-25' }] }, '/lines/0/termEnd', 'term-end-too-old'],
  [{ lines: [{ ...LINE, termEnd: '2226-07-25' }] }, '/lines/0/termEnd', 'term-end-too-far'],
  [{ lines: [{ ...LINE, target: 'same' }] }, '/lines/0/target', 'not-an-object'],
  [{ lines: [{ ...LINE, target: { catalogItem: 'x' } }] }, '/lines/0/target/catalogItem', 'not-a-catalog-item'],
  [{ lines: [{ ...LINE, target: { price: 1 } }] }, '/lines/0/target/price', 'unknown-field'],
  [{ 'a/b~c': 1 }, '/a~1b~0c', 'unknown-field'],
])('%j', async (changes, pointer, code) => {
  const answer = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload: registrationForSpec(changes) });
  expect(answer.json()).toMatchObject({ status: 400, code: 'validation-failed', errors: [{ pointer, code }] });
});

test('what may be absent may be null', async () => {
  const payload = registrationForSpec({
    contactEmail: null,
    wave: null,
    lines: [{ ...LINE, originalSubscriptionId: '00000000-0000-4000-8000-00000000abcd', target: { seats: 10, skuId: null } }],
  });
  const answer = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload });
  expect(answer.json()).toMatchObject({ contactEmail: null, wave: null, lineItems: [{ target: { seats: 10, skuId: null } }] });
});

test('a page of another origin may not write', async () => {
  const answer = await edge.app.inject({
    method: 'POST',
    url: '/v1/migrations',
    payload: registrationForSpec(),
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  });
  expect(answer.json()).toMatchObject({ status: 403, code: 'cross-origin-request' });
});
