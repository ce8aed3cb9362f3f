import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EdgeForSpec, edgeForSpec, guidForSpec } from './edge-for-spec.ts';

let edge: EdgeForSpec;
beforeAll(async () => {
  edge = await edgeForSpec();
});
afterAll(() => edge.close());

const UNKNOWN = guidForSpec(999);

test.each([
  ['GET', '/v1/migrations', 200],
  ['GET', '/v1/overview', 200],
  ['GET', '/v1/todos', 200],
  ['GET', '/v1/dead-letters', 200],
  ['GET', '/v1/clock', 200],
  ['GET', '/health/live', 200],
  ['GET', '/health/ready', 200],
  ['GET', '/metrics', 200],
  ['GET', '/openapi.json', 200],
  ['GET', '/asyncapi.json', 200],
  ['GET', '/docs', 200],
  ['GET', '/docs/swagger-ui-bundle.js', 200],
  ['GET', `/v1/migrations/${UNKNOWN}`, 404],
  ['GET', `/v1/migrations/${UNKNOWN}?asOf=2026-12-01T00:00:00Z`, 404],
  ['GET', `/v1/migrations/${UNKNOWN}/history`, 404],
  ['GET', `/v1/migrations/${UNKNOWN}/plan`, 404],
  ['GET', `/v1/imports/${UNKNOWN}`, 404],
  ['GET', `/v1/imports/${UNKNOWN}/rows`, 404],
  ['GET', `/v1/bulk/${UNKNOWN}`, 404],
  ['GET', '/v1/nothing', 404],
  ['GET', '/v1/migrations/%zz', 400],
  ['GET', '/v1/migrations/7', 400],
  ['GET', `/v1/migrations/{${UNKNOWN}}`, 400],
  ['GET', '/v1/migrations/7/plan', 400],
  ['GET', '/v1/imports/7', 400],
  ['GET', '/v1/bulk/7', 400],
  ['POST', '/v1/migrations/7/hold', 400],
  ['POST', `/v1/migrations/${UNKNOWN}/retry`, 404],
  ['POST', `/v1/migrations/${UNKNOWN}/explode`, 404],
  ['POST', `/v1/dead-letters/${UNKNOWN}/replay`, 404],
  ['GET', '/v1/overview?colour=red', 400],
  ['GET', '/v1/migrations?colour=red', 400],
  ['GET', '/v1/migrations?limit=0', 400],
  ['GET', '/v1/migrations?limit=501', 400],
  ['GET', '/v1/migrations?limit=1&limit=2', 400],
  ['GET', '/v1/migrations?limit=1.5', 400],
  ['GET', '/v1/migrations?stage=asleep', 400],
  ['GET', '/v1/migrations?risk=act,gap', 200],
  ['GET', '/v1/migrations?sort=-firstOriginalEnd', 200],
  ['GET', '/v1/migrations?sort=colour', 400],
  ['GET', '/v1/migrations?cursor=x', 400],
  ['GET', '/v1/migrations?endsBefore=2026-02-30', 400],
  ['GET', '/v1/todos?kind=check-out&dueBefore=2027-01-01T00:00:00%2B01:00', 200],
  ['GET', '/v1/todos?kind=sleep', 400],
  ['GET', '/v1/todos?dueBefore=tomorrow', 400],
  ['GET', '/v1/dead-letters?cursor=%00', 400],
  ['GET', '/v1/migrations?q=<long>', 414],
] as const)('%s %s is %i', async (method, address, status) => {
  const url = address.replace('<long>', 'x'.repeat(9_000));
  const answer = await edge.app.inject({ method, url });
  expect({ status: answer.statusCode, body: status >= 400 ? answer.json() : null }).toMatchObject({ status });
  if (status < 400) return;
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = answer.json();
  expect(problem).toMatchObject({ type: `urn:cutover:problem:${problem.code}`, status });
  expect(problem.code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(problem.detail.length).toBeGreaterThan(10);
});
