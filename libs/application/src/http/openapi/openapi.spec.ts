import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EdgeForSpec, edgeForSpec, registrationForSpec } from '../edge-for-spec.ts';
import { SHAPES } from './shapes.ts';

type Json = ReturnType<typeof JSON.parse>;

let edge: EdgeForSpec;
let document: Json;
beforeAll(async () => {
  edge = await edgeForSpec();
  document = (await edge.app.inject({ url: '/openapi.json' })).json();
});
afterAll(() => edge.close());

/** Contract §3, without the pages, and what an operator may do beside it. */
const ADDRESSES = [
  'GET /health/live',
  'GET /health/ready',
  'GET /v1/bulk/{bulkId}',
  'GET /v1/clock',
  'GET /v1/dead-letters',
  'GET /v1/imports/{id}',
  'GET /v1/imports/{id}/rows',
  'GET /v1/migrations',
  'GET /v1/migrations/{id}',
  'GET /v1/migrations/{id}/history',
  'GET /v1/migrations/{id}/plan',
  'GET /v1/overview',
  'GET /v1/read-models/rebuild',
  'GET /v1/stream',
  'GET /v1/todos',
  'POST /v1/bulk/{command}',
  'POST /v1/dead-letters/{id}/replay',
  'POST /v1/events',
  'POST /v1/imports',
  'POST /v1/migrations',
  'POST /v1/migrations/{id}/choose-original-end',
  'POST /v1/migrations/{id}/choose-target',
  'POST /v1/migrations/{id}/hold',
  'POST /v1/migrations/{id}/provision',
  'POST /v1/migrations/{id}/record-acceptance',
  'POST /v1/migrations/{id}/request-reseller',
  'POST /v1/migrations/{id}/resume',
  'POST /v1/migrations/{id}/retry',
  'POST /v1/migrations/{id}/withdraw',
  'POST /v1/read-models/rebuild',
  'POST /v1/webhooks/partner-center',
  'PUT /v1/clock',
];

test('describes every address of the contract', () => {
  const described = Object.entries<object>(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual([...ADDRESSES].sort());
});

test('every reference leads somewhere', () => {
  const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, name]) => name!);
  expect([...new Set(names)].filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
});

test('every address says what it answers when all is well, and how it fails', () => {
  for (const item of Object.values<Record<string, Json>>(document.paths)) {
    for (const { summary, responses } of Object.values(item)) {
      expect(summary).toEqual(expect.any(String));
      const statuses = Object.keys(responses);
      expect(statuses.filter((status) => status.startsWith('2'))).toHaveLength(1);
      expect(statuses).toContain('503');
      for (const status of statuses.filter((code) => Number(code) >= 400))
        expect(Object.keys(responses[status].content)).toContain('application/problem+json');
    }
  }
});

test('bodies have names, and say what is required and within which limits', () => {
  expect(document.paths['/v1/migrations'].post.requestBody.content['application/json'].schema.$ref).toBe(
    '#/components/schemas/RegisterMigration',
  );
  expect(document.components.schemas.LineRegistration).toMatchObject({
    required: expect.arrayContaining(['originalSubscriptionId', 'termEnd']),
    properties: {
      seats: { type: 'integer', minimum: 1, maximum: 1_000_000 },
      termEnd: { format: 'date' },
      program: { enum: expect.arrayContaining(['ea']) },
    },
  });
  expect(document.components.schemas.LineRegistration.required).not.toContain('target');
});

/** Each property of an answer is described, and each required one is there. */
function fitsShape(value: Json, shape: Json, at: string): void {
  if (shape.$ref) return fitsShape(value, document.components.schemas[shape.$ref.split('/').at(-1)], at);
  if (shape.anyOf) {
    if (value === null) return expect(shape.anyOf).toContainEqual({ type: 'null' });
    return fitsShape(
      value,
      shape.anyOf.find(({ type }: { type?: string }) => type !== 'null'),
      at,
    );
  }
  if (shape.type === 'array') {
    expect(Array.isArray(value)).toBe(true);
    return value.forEach((item: unknown, index: number) => fitsShape(item, shape.items, `${at}/${index}`));
  }
  if (shape.type !== 'object' || !shape.properties) return;
  expect({ at, missing: shape.required.filter((name: string) => !(name in value)) }).toEqual({ at, missing: [] });
  expect({ at, undescribed: Object.keys(value).filter((name) => !(name in shape.properties)) }).toEqual({ at, undescribed: [] });
  for (const [name, inner] of Object.entries(shape.properties)) if (name in value) fitsShape(value[name], inner, `${at}/${name}`);
}

test('answers have the shapes that are described', async () => {
  const registered = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload: registrationForSpec() });
  const { id } = registered.json();
  await edge.app.inject({ method: 'POST', url: `/v1/migrations/${id}/hold`, payload: { reason: 'x' } });
  await edge.caughtUp();
  const read = async (url: string) => (await edge.app.inject({ url })).json();
  fitsShape(registered.json(), SHAPES.Migration, 'registered');
  fitsShape(await read(`/v1/migrations/${id}`), SHAPES.Migration, 'migration');
  fitsShape(await read('/v1/migrations'), SHAPES.MigrationPage, 'list');
  fitsShape(await read(`/v1/migrations/${id}/plan`), SHAPES.Plan, 'plan');
  fitsShape(await read(`/v1/migrations/${id}/history`), SHAPES.HistoryPage, 'history');
  fitsShape(await read('/v1/overview'), SHAPES.Overview, 'overview');
  fitsShape(await read('/v1/todos'), SHAPES.ToDoPage, 'todos');
  fitsShape(
    await read('/health/ready'),
    { ...SHAPES.Health, properties: { ...(SHAPES.Health as Json).properties, simulator: {} } },
    'health',
  );
  fitsShape(await read('/v1/migrations?limit=0'), SHAPES.Problem, 'problem');
});

test('the events are described beside it', async () => {
  const asyncApi = (await edge.app.inject({ url: '/asyncapi.json' })).json();
  expect(Object.keys(asyncApi.channels)).toEqual(expect.arrayContaining(['customer-relationships', 'migration-events']));
});
