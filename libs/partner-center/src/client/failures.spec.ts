import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { after, clientOf, CUSTOMER, DrivenClock, failureOf, Outside, REQUEST } from '../outside-for-spec.ts';

const SKU = '3b555118-da6a-4418-894f-7df1e2096870';
const CART = `POST /v1/customers/${CUSTOMER}/carts`;
const LINE = { lineNumber: 0, catalogItem: 'P:0001:A', quantity: 5, termDuration: 'P1Y', billingCycle: 'monthly' };

describe('what a failed call means', () => {
  let outside: Outside;
  const clock = new DrivenClock();

  beforeEach(async () => {
    outside = await new Outside().start();
  });
  afterEach(() => outside.stop());

  const createCart = () => failureOf(clientOf(outside, new DrivenClock()).createCart(REQUEST, CUSTOMER, [LINE]));

  test.each([
    [
      'the normal fault, code as a number',
      403,
      { code: 20002, description: 'no commerce relationship', data: [], source: 'PartnerFD' },
      'needs-person',
      'no-relationship',
      '403/20002',
    ],
    ['the normal fault, code as text', 403, { code: '13605', description: 'agreement' }, 'needs-person', 'agreement-missing', '403/13605'],
    [
      'the fault of newer services',
      403,
      { code: 800073, message: 'under review', errorName: 'AccountUnderReview', isRetryable: false },
      'needs-person',
      'customer-under-review',
      '403/800073',
    ],
    ['Pascal case', 403, { Code: 800088, Description: 'limit' }, 'refused', 'seat-limit', '403/800088'],
    ['a catalog item that is gone', 404, { code: 400019, description: 'availability' }, 'refused', 'catalog-item-gone', '404/400019'],
    ['an unknown code', 400, { code: 424242, description: 'something new' }, 'refused', 'request-refused', '400/424242'],
    [
      'an unknown code that says it can be retried',
      400,
      { code: 424242, message: 'x', isRetryable: true },
      'retry-later',
      'server-error',
      '400/424242',
    ],
  ])('%s', async (_name, status, json, kind, code, outsideCode) => {
    outside.play(CART, { status, json });
    expect(await createCart()).toMatchObject({ kind, code, outsideCode, outcomeUnknown: false });
  });

  test('a 429 with Retry-After is due again on the injected clock, and no call is made before', async () => {
    outside.play(CART, {
      status: 429,
      headers: { 'retry-after': '57' },
      json: { statusCode: 429, message: 'Rate limit is exceeded. Try again in 57 seconds.' },
    });
    const driven = new DrivenClock();
    const client = clientOf(outside, driven);
    expect(await failureOf(client.createCart(REQUEST, CUSTOMER, [LINE]))).toMatchObject({
      kind: 'retry-later',
      code: 'throttled',
      retryAt: after(57_000),
      outcomeUnknown: false,
    });
    driven.advance(56_999);
    expect(await failureOf(client.createCart(REQUEST, CUSTOMER, [LINE]))).toMatchObject({
      kind: 'retry-later',
      code: 'rate-budget',
      retryAt: after(57_000),
    });
    expect(outside.to(CART)).toHaveLength(1);
    driven.advance(1);
    await failureOf(client.createCart(REQUEST, CUSTOMER, [LINE]));
    expect(outside.to(CART)).toHaveLength(2);
  });

  test('calls that wait while one is throttled are not made', async () => {
    outside.play(CART, { status: 429, headers: { 'retry-after': '5' } });
    const client = clientOf(outside, new DrivenClock());
    const failures = await Promise.all([1, 2, 3].map(() => failureOf(client.createCart(REQUEST, CUSTOMER, [LINE]))));
    expect(failures.map((failure) => failure.code)).toEqual(['throttled', 'rate-budget', 'rate-budget']);
    expect(outside.to(CART)).toHaveLength(1);
  });

  test('a 429 without the header is read from its text', async () => {
    outside.play(CART, { status: 429, json: { statusCode: 429, message: 'Rate limit is exceeded. Try again in 12 seconds.' } });
    expect((await createCart()).retryAt).toBe(after(12_000));
  });

  test("Retry-After as a date counts from the server's own date", async () => {
    outside.play(CART, { status: 429, headers: { date: 'Mon, 01 Jan 2024 00:00:00 GMT', 'retry-after': 'Mon, 01 Jan 2024 00:00:30 GMT' } });
    expect((await createCart()).retryAt).toBe(after(30_000));
  });

  test('a conflict in progress waits two minutes', async () => {
    outside.play(CART, { status: 409, json: { code: 800060, description: 'order in progress' } });
    expect(await createCart()).toMatchObject({ kind: 'retry-later', code: 'in-progress', retryAt: after(120_000), outcomeUnknown: false });
  });

  test.each([
    ['a server error', { status: 500, json: { code: 800003, description: 'x' } } as const, 'server-error'],
    [
      "a gateway's HTML",
      { status: 502, raw: '<html>Bad gateway</html>', headers: { 'content-type': 'text/html' } } as const,
      'server-error',
    ],
    ['a connection lost after the write', 'drop' as const, 'no-answer'],
    ['a success that cannot be read', { status: 201, raw: '{"id":' } as const, 'unexpected-answer'],
    ['a success of another shape', { status: 201, json: { id: 'c', lineItems: 'none' } } as const, 'unexpected-answer'],
  ])('%s leaves the outcome of a write open', async (_name, play, code) => {
    outside.play(CART, play);
    expect(await createCart()).toMatchObject({ kind: 'retry-later', code, outcomeUnknown: true });
  });

  test('a write that never left has a known outcome', async () => {
    const gone = await new Outside().start();
    await gone.stop();
    const client = clientOf(outside, clock, { partnerCenterUrl: gone.url });
    expect(await failureOf(client.createCart(REQUEST, CUSTOMER, [LINE]))).toMatchObject({
      kind: 'retry-later',
      code: 'no-answer',
      outcomeUnknown: false,
    });
  });

  test('silence ends with the timeout', async () => {
    outside.play(CART, 'never');
    // Long enough for the sign-in before it on a machine that is busy.
    const client = clientOf(outside, clock, { timeoutMs: 1_000 });
    expect(await failureOf(client.createCart(REQUEST, CUSTOMER, [LINE]))).toMatchObject({
      kind: 'retry-later',
      code: 'no-answer',
      outcomeUnknown: true,
    });
  });

  test('a body beyond the limit is not read to its end', async () => {
    outside.play(`GET /v1/customers/${CUSTOMER}`, { raw: ' '.repeat(5_000) });
    const client = clientOf(outside, clock, { maxBodyBytes: 1_000 });
    expect(await failureOf(client.customerRelationship(REQUEST, CUSTOMER))).toMatchObject({
      kind: 'retry-later',
      code: 'unexpected-answer',
      outcomeUnknown: false,
    });
  });

  test('a redirect is not followed', async () => {
    outside.play(`GET /v1/customers/${CUSTOMER}`, { status: 302, headers: { location: `${outside.url}/elsewhere` } });
    expect(await failureOf(clientOf(outside, clock).customerRelationship(REQUEST, CUSTOMER))).toMatchObject({
      kind: 'retry-later',
      code: 'unexpected-answer',
    });
    expect(outside.to('GET /elsewhere')).toHaveLength(0);
  });

  test('what the outside says is passed on without addresses and tokens', async () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLXZhbHVl';
    outside.play(`POST /v1/customers/${CUSTOMER}/users/u/licenseupdates`, {
      status: 400,
      json: { code: 60012, description: `User ada@contoso.example\r\nhas token ${token}` },
    });
    const failure = await failureOf(clientOf(outside, clock).swapLicense(REQUEST, CUSTOMER, 'u', SKU, SKU));
    expect(failure).toMatchObject({ kind: 'refused', code: 'out-of-licenses' });
    expect(failure.message).not.toMatch(/ada@|contoso|eyJ|\n|client-secret-value/);
  });

  test.each([
    ['User has an invalid usage location.', 'usage-location-missing'],
    ['User license is inherited from a group membership and it cannot be removed directly from the user.', 'license-group-managed'],
  ])('"%s" is known by its words', async (description, code) => {
    outside.play(`POST /v1/customers/${CUSTOMER}/users/u/licenseupdates`, { status: 400, json: { code: 1, description } });
    expect(await failureOf(clientOf(outside, clock).swapLicense(REQUEST, CUSTOMER, 'u', SKU, SKU))).toMatchObject({
      kind: 'needs-person',
      code,
    });
  });
});
