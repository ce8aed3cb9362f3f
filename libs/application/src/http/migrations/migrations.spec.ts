import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EdgeForSpec, edgeForSpec, registrationForSpec } from '../edge-for-spec.ts';

let edge: EdgeForSpec;
beforeAll(async () => {
  edge = await edgeForSpec();
});
afterAll(() => edge.close());

async function registered(changes: Record<string, unknown> = {}) {
  const answer = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload: registrationForSpec(changes) });
  expect(answer.statusCode).toBe(201);
  return answer;
}

describe('POST /v1/migrations', () => {
  test('answers the new migration with its place, its tag and its position', async () => {
    const answer = await registered({ customerTenantId: 'ABCDEF00-0000-4000-8000-000000000001' });
    const migration = answer.json();
    expect(migration).toMatchObject({
      customerTenantId: 'abcdef00-0000-4000-8000-000000000001',
      stage: 'registered',
      seats: 25,
      version: 0,
    });
    expect(migration.lineItems[0]).toMatchObject({ offerMatch: 'unmapped', original: { termEnd: '2027-01-31' } });
    expect(migration.todos.map(({ kind }: { kind: string }) => kind)).toContain('send-invitation');
    expect(answer.headers).toMatchObject({ location: `/v1/migrations/${migration.id}`, etag: '"0"' });
    expect(answer.headers.position).toMatch(/^\d+$/);
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  test('is 409 with its id while the customer has one open', async () => {
    const payload = registrationForSpec();
    const first = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload });
    const second = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload });
    expect(second.statusCode).toBe(409);
    expect(second.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(second.json()).toMatchObject({
      type: 'urn:cutover:problem:already-registered',
      code: 'already-registered',
      migrationId: first.json().id,
    });
  });

  test('names each bad field', async () => {
    const good = registrationForSpec().lines[0];
    const payload = registrationForSpec({
      customerTenantId: '{3b555118-da6a-4418-894f-7df1e2096870}',
      country: 'XX',
      extra: 1,
      lines: [{ ...good, seats: '25', termEnd: '2026-02-30', autoRenew: 'yes', colour: 'red' }, good],
    });
    const answer = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload });
    expect(answer.statusCode).toBe(400);
    const problem = answer.json();
    expect(problem.code).toBe('validation-failed');
    expect(problem.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`).sort()).toEqual([
      '/country unknown-country',
      '/customerTenantId not-a-guid',
      '/extra unknown-field',
      '/lines/0/autoRenew not-true-or-false',
      '/lines/0/colour unknown-field',
      '/lines/0/seats not-a-whole-number',
      '/lines/0/termEnd no-such-date',
    ]);
  });
});

describe('GET /v1/migrations', () => {
  test('shows what was written, once Min-Position is reached', async () => {
    const answer = await registered({ wave: 'shown' });
    const list = await edge.app.inject({ url: '/v1/migrations?wave=shown', headers: { 'min-position': String(answer.headers.position) } });
    expect(list.statusCode).toBe(200);
    expect(list.json().items).toHaveLength(1);
    const one = await edge.app.inject({ url: `/v1/migrations/${answer.json().id}` });
    expect(one.json()).toEqual(answer.json());
  });
});
