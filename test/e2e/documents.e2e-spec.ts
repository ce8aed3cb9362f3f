import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { customer, registrationOf } from './customers.ts';
import { runningProduct } from './running-product.ts';
import type { World } from './world.ts';

const running = runningProduct();

interface Schema {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly examples?: unknown;
}
interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Every method and path of the contract's table. */
const CONTRACT = [
  'get /health/live',
  'get /health/ready',
  'post /v1/imports',
  'get /v1/imports/{id}',
  'get /v1/imports/{id}/rows',
  'post /v1/migrations',
  'get /v1/migrations',
  'get /v1/migrations/{id}',
  'get /v1/migrations/{id}/history',
  ...[
    'request-reseller',
    'record-acceptance',
    'choose-target',
    'provision',
    'choose-original-end',
    'hold',
    'resume',
    'withdraw',
    'retry',
  ].map((command) => `post /v1/migrations/{id}/${command}`),
  'get /v1/migrations/{id}/plan',
  'post /v1/bulk/{command}',
  'get /v1/bulk/{bulkId}',
  'get /v1/overview',
  'get /v1/todos',
  'post /v1/events',
  'post /v1/webhooks/partner-center',
  'get /v1/dead-letters',
  'post /v1/dead-letters/{id}/replay',
  'get /v1/stream',
  'get /v1/clock',
  'put /v1/clock',
];

let world: World;
let document: Document;
let ajv: Ajv2020;
beforeAll(async () => {
  world = running();
  document = await world.get<Document>('/openapi.json');
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'openapi');
});

function schemaAt(pointer: string): ValidateFunction {
  return ajv.compile({ $ref: `openapi#${pointer}` });
}

function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}

function expectFits(pointer: string, value: unknown): void {
  const validate = schemaAt(pointer);
  validate(value);
  expect([pointer, validate.errors ?? []]).toEqual([pointer, []]);
}

describe('/openapi.json', () => {
  test('has every address of the contract', () => {
    expect(document.openapi).toMatch(/^3\.1/);
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    expect(described).toEqual(expect.arrayContaining(CONTRACT));
  });

  test('has examples that fit their own schemas', () => {
    const found: string[] = [];
    const look = (pointer: string, node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const media = node as Media & Schema;
      if ('example' in media && media.schema) {
        found.push(pointer);
        expectFits(`${pointer}/schema`, media.example);
      } else if (
        'example' in media &&
        ('type' in media || 'properties' in media) &&
        typeof (media as { type?: unknown }).type !== 'object'
      ) {
        found.push(pointer);
        expectFits(pointer, media.example);
      }
      if (media.schema && media.examples && !Array.isArray(media.examples)) {
        for (const { value } of Object.values(media.examples)) {
          found.push(pointer);
          expectFits(`${pointer}/schema`, value);
        }
      }
      for (const [name, inner] of Object.entries(node))
        if (name !== 'example' && name !== 'examples') look(`${pointer}/${escaped(name)}`, inner);
    };
    look('/paths', document.paths);
    look('/components/schemas', document.components.schemas);
    expect(found.length).toBeGreaterThan(10);
  });

  test('describes what is really answered', async () => {
    const { id } = await world.register(customer('Described'));
    await world.advance('P3D');
    await world.command(id, 'hold', { reason: 'x' });
    await world.ask('POST', '/v1/events', {
      body: { specversion: '1.0', id: '1', source: 's', type: 't' },
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    const { body: report } = await world.sendFile('a,b\n');
    expectFits('/components/schemas/Problem', report);
    const answers: readonly (readonly [string, string])[] = [
      ['/health/ready', '/health/ready'],
      ['/v1/migrations', '/v1/migrations'],
      ['/v1/migrations/{id}', `/v1/migrations/${id}`],
      ['/v1/migrations/{id}/history', `/v1/migrations/${id}/history`],
      ['/v1/migrations/{id}/plan', `/v1/migrations/${id}/plan`],
      ['/v1/overview', '/v1/overview'],
      ['/v1/todos', '/v1/todos'],
      ['/v1/dead-letters', '/v1/dead-letters'],
      ['/v1/clock', '/v1/clock'],
    ];
    for (const [path, address] of answers) {
      expectFits(`/paths/${escaped(path)}/get/responses/200/content/application~1json/schema`, await world.get(address));
    }
    expectFits(
      `/paths/${escaped('/v1/migrations')}/post/requestBody/content/application~1json/schema`,
      registrationOf(customer('Described')),
    );
    const refused = await world.ask('POST', `/v1/migrations/${id}/provision`, { body: {} });
    expect(refused.status).toBe(409);
    expectFits('/components/schemas/Problem', refused.body);
  });
});

describe('other documents', () => {
  test('/health/ready names its parts and the stand-in', async () => {
    const { body } = await world.ask('GET', '/health/ready');
    expect(body).toMatchObject({ status: 'ready', simulator: world.product.simulatorUrl });
    const { parts } = body as { parts: readonly { name: string; status: string }[] };
    expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(['log', 'bus', 'read-models']));
    expect(await world.get('/health/live')).toMatchObject({ status: 'live' });
  });

  test('/asyncapi.json has every topic, /docs and /metrics answer', async () => {
    const asyncapi = JSON.stringify(await world.get('/asyncapi.json'));
    for (const topic of ['customer-relationships', 'original-subscriptions', 'migration-events', 'migration-status'])
      expect(asyncapi).toContain(topic);
    expect((await world.ask('GET', '/docs')).status).toBe(200);
    const metrics = await world.ask('GET', '/metrics');
    expect([metrics.status, metrics.text]).toEqual([200, expect.stringContaining('cutover_')]);
    for (const secret of [customer('Described').domain, customer('Described').contactEmail!]) expect(metrics.text).not.toContain(secret);
  });
});
