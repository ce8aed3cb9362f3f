import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EdgeForSpec, edgeForSpec, registrationForSpec } from '../edge-for-spec.ts';

let edge: EdgeForSpec;
let outsideIsDown = false;
beforeAll(async () => {
  edge = await edgeForSpec({ outsideIsDown: () => outsideIsDown });
});
afterAll(() => edge.close());

function post(url: string, key: string, payload: object) {
  return edge.app.inject({ method: 'POST', url, headers: { 'idempotency-key': key }, payload });
}

test('the same key and body have the same answer, and act once', async () => {
  const payload = registrationForSpec();
  const first = await post('/v1/migrations', 'register-1', payload);
  const second = await post('/v1/migrations', 'register-1', payload);
  expect([second.statusCode, second.body]).toEqual([201, first.body]);
  for (const name of ['location', 'etag', 'position', 'content-type']) expect(second.headers[name]).toBe(first.headers[name]);
  expect(second.headers['idempotent-replayed']).toBe('true');

  const { id } = first.json();
  await post(`/v1/migrations/${id}/retry`, 'retry-1', {});
  const again = await post(`/v1/migrations/${id}/retry`, 'retry-1', {});
  expect(again.json().version).toBe(1);
  const history = await edge.app.inject({ url: `/v1/migrations/${id}/history` });
  expect(history.json().items).toHaveLength(2);
});

test('a refusal is an answer too', async () => {
  const { id } = (await post('/v1/migrations', 'register-2', registrationForSpec())).json();
  const first = await post(`/v1/migrations/${id}/resume`, 'resume-2', {});
  await post(`/v1/migrations/${id}/hold`, 'hold-2', { reason: 'now it could be resumed' });
  const second = await post(`/v1/migrations/${id}/resume`, 'resume-2', {});
  expect([first.statusCode, second.statusCode, second.body]).toEqual([409, 409, first.body]);
  expect(second.headers['content-type']).toMatch(/^application\/problem\+json/);
});

test('the same key with another body, or for another address, is 422', async () => {
  const { id } = (await post('/v1/migrations', 'register-3', registrationForSpec())).json();
  await post(`/v1/migrations/${id}/hold`, 'hold-3', { reason: 'one' });
  expect((await post(`/v1/migrations/${id}/hold`, 'hold-3', { reason: 'two' })).json()).toMatchObject({
    status: 422,
    code: 'idempotency-key-reused',
  });
  expect((await post(`/v1/migrations/${id}/withdraw`, 'hold-3', { reason: 'one' })).json()).toMatchObject({ status: 422 });
});

test('copies at the same time act once', async () => {
  const payload = registrationForSpec();
  const answers = await Promise.all(Array.from({ length: 8 }, () => post('/v1/migrations', 'register-4', payload)));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([201]));
});

test('what failed on our side, and what could not be read, may be sent again under the same key', async () => {
  const payload = registrationForSpec();
  const { id } = (await post('/v1/migrations', 'register-5', payload)).json();
  const body = { originalSubscriptionId: payload.lines[0]!.originalSubscriptionId, catalogItem: 'CFQ7TTC0LH18:0001' };
  outsideIsDown = true;
  expect((await post(`/v1/migrations/${id}/choose-target`, 'choose-5', body)).statusCode).toBe(503);
  outsideIsDown = false;
  expect((await post(`/v1/migrations/${id}/choose-target`, 'choose-5', body)).statusCode).toBe(200);
  expect((await post(`/v1/migrations/${id}/hold`, 'hold-5', {})).statusCode).toBe(400);
  expect((await post(`/v1/migrations/${id}/hold`, 'hold-5', { reason: 'mended' })).statusCode).toBe(200);
});

test('a key is visible text', async () => {
  for (const key of ['', 'a b', 'x'.repeat(256), 'ключ']) {
    const answer = await edge.app.inject({
      method: 'POST',
      url: '/v1/migrations',
      headers: { 'idempotency-key': key },
      payload: registrationForSpec(),
    });
    expect(answer.json()).toMatchObject({ status: 400, code: 'idempotency-key-invalid' });
  }
});

test('an uploaded file belongs to its key as well', async () => {
  const upload = (payload: string) =>
    edge.app.inject({
      method: 'POST',
      url: '/v1/imports',
      headers: { 'idempotency-key': 'import-6', 'content-type': 'text/csv' },
      payload,
    });
  const first = await upload('a,b\n1,2\n');
  expect(first.statusCode).toBe(202);
  expect((await upload('a,b\n1,2\n')).body).toBe(first.body);
  expect((await upload('a,b\n1,3\n')).json()).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  expect(edge.imports.received).toBe('a,b\n1,2\n');
});
