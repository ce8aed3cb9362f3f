import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EdgeForSpec, edgeForSpec, registrationForSpec } from '../edge-for-spec.ts';

let edge: EdgeForSpec;
let onSystemClock: EdgeForSpec;
beforeAll(async () => {
  edge = await edgeForSpec();
  onSystemClock = await edgeForSpec({ systemClock: true });
});
afterAll(async () => {
  await edge.close();
  await onSystemClock.close();
});

describe('PUT /v1/clock', () => {
  const put = (payload: object, where = edge) => where.app.inject({ method: 'PUT', url: '/v1/clock', payload });

  test('moves a driven clock by a duration, and to a time', async () => {
    expect((await edge.app.inject({ url: '/v1/clock' })).json()).toEqual({ mode: 'driven', now: '2026-11-23T08:00:00.000Z' });
    expect((await put({ by: 'P3DT30M' })).json()).toEqual({ mode: 'driven', now: '2026-11-26T08:30:00.000Z' });
    expect((await put({ by: 'P1M' })).json()).toMatchObject({ now: '2026-12-26T08:30:00.000Z' });
    expect((await put({ to: '2027-01-01T01:00:00+01:00' })).json()).toMatchObject({ now: '2027-01-01T00:00:00.000Z' });
  });

  test('never backwards', async () => {
    expect((await put({ to: '2020-01-01T00:00:00Z' })).json()).toMatchObject({ status: 422, code: 'clock-goes-backwards' });
    expect((await put({ by: '-P1D' })).json()).toMatchObject({ status: 422, code: 'clock-goes-backwards' });
  });

  test.each([
    [{}],
    [{ to: '2028-01-01T00:00:00Z', by: 'P1D' }],
    [{ by: '3 days' }],
    [{ by: 3 }],
    [{ to: '2028-01-01' }],
    [{ by: 'P9999Y' }],
  ])('not with %j', async (payload) => {
    expect((await put(payload)).json()).toMatchObject({ status: 400, code: 'validation-failed' });
  });

  test('not the system clock', async () => {
    expect((await put({ by: 'P1D' }, onSystemClock)).json()).toMatchObject({ status: 409, code: 'clock-is-system' });
    expect((await onSystemClock.app.inject({ url: '/v1/clock' })).json()).toMatchObject({ mode: 'system' });
  });
});

describe('health', () => {
  test('names each part, and the simulator', async () => {
    const answer = await edge.app.inject({ url: '/health/ready' });
    expect(answer.json()).toEqual({ status: 'ready', parts: [{ name: 'log', status: 'up' }], simulator: 'http://127.0.0.1:3100' });
  });

  test('is 503 with the part that is down, and without its credentials', async () => {
    const { health } = edge.service;
    const down = { name: 'bus', check: () => Promise.reject(new Error('cannot reach amqp://user:secret@host/')) };
    const other = await edgeForSpec();
    (other.service.health as (typeof down)[]).push(down);
    const answer = await other.app.inject({ url: '/health/ready' });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({
      status: 'not-ready',
      parts: [
        { name: 'log', status: 'up' },
        { name: 'bus', status: 'down' },
      ],
    });
    expect(answer.body).not.toContain('secret');
    expect(health).toHaveLength(1);
    await other.close();
  });
});

test('metrics count requests, commands, to-dos and parked messages', async () => {
  await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload: registrationForSpec() });
  await edge.caughtUp();
  const { body } = await edge.app.inject({ url: '/metrics' });
  expect(body).toContain('cutover_commands_total{command="RegisterMigration",outcome="applied"} 1');
  expect(body).toMatch(/cutover_http_request_duration_seconds_count\{method="PUT",route="\/v1\/clock",status="422"\} 2/);
  expect(body).toMatch(/cutover_todos\{state="pending"\} [1-9]/);
  expect(body).toContain('cutover_parked_messages 0');
  expect(body).toContain('cutover_projection_lag_events 0');
  expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
});

test('overview and to-dos show what is there', async () => {
  await edge.caughtUp();
  expect((await edge.app.inject({ url: '/v1/overview' })).json()).toMatchObject({
    conservation: { registered: 1, open: 1, difference: 0 },
  });
  const page = (await edge.app.inject({ url: '/v1/todos?limit=1' })).json();
  expect(page.items).toHaveLength(1);
  const next = (await edge.app.inject({ url: `/v1/todos?limit=1&cursor=${page.nextCursor}` })).json();
  expect(next.items[0].id).not.toBe(page.items[0].id);
});

test('a query that waits in vain for a position is 503 with Retry-After', async () => {
  const far = await edge.app.inject({ url: '/v1/overview', headers: { 'min-position': '9999' } });
  expect(far.json()).toMatchObject({ status: 503, code: 'not-yet' });
  expect(far.headers['retry-after']).toBe('1');
  expect((await edge.app.inject({ url: '/v1/overview', headers: { 'min-position': 'soon' } })).json()).toMatchObject({
    status: 400,
    code: 'min-position-invalid',
  });
});
