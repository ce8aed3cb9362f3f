import { afterEach, describe, expect, test } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import type { ProblemBody } from './caller.ts';
import { type Customer, customer, guidOf, original, registrationOf } from './customers.ts';
import { runningProduct } from './running-product.ts';

const running = runningProduct();

let said = '';

/** Whatever was sent: the service still lives, and it has not failed by its own account. */
afterEach(async () => {
  const world = running();
  expect((await world.ask('GET', '/health/ready')).status).toBe(200);
  const before = said;
  said = world.product.stderr();
  expect(said.slice(before.length)).toBe('');
});

const BASE: Customer = customer('Bad Request');

function body(change: Readonly<Record<string, unknown>> = {}, line: Readonly<Record<string, unknown>> = {}): object {
  const { lines, ...rest } = registrationOf(BASE) as { lines: readonly object[] };
  return { ...rest, lines: [{ ...lines[0], ...line }], ...change };
}

async function faultsOf(sent: unknown): Promise<readonly string[]> {
  const { status, body: problem, headers } = await running().ask<ProblemBody>('POST', '/v1/migrations', { body: sent });
  expect([status, headers.get('content-type')]).toEqual([400, expect.stringMatching(/^application\/problem\+json/)]);
  expect(problem).toMatchObject({
    type: expect.stringContaining(problem.code),
    status: 400,
    title: expect.any(String),
    detail: expect.any(String),
  });
  for (const { code, hint } of problem.errors ?? []) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(hint.length).toBeGreaterThan(5);
  }
  return (problem.errors ?? []).map(({ pointer }) => pointer);
}

describe('a registration with', () => {
  const fields: readonly (readonly [string, object, readonly string[]])[] = [
    ['nothing in it', {}, ['/customerTenantId', '/customerName', '/customerDomain', '/country', '/lines']],
    ['no lines', body({ lines: [] }), ['/lines']],
    ['a GUID in braces', body({ customerTenantId: `{${BASE.tenant}}` }), ['/customerTenantId']],
    ['seats as text', body({}, { seats: '10' }), ['/lines/0/seats']],
    ['no seats', body({}, { seats: 0 }), ['/lines/0/seats']],
    ['half a seat', body({}, { seats: 1.5 }), ['/lines/0/seats']],
    ['too many seats', body({}, { seats: 1_000_001 }), ['/lines/0/seats']],
    ['a day that does not exist', body({}, { termEnd: '2027-02-29' }), ['/lines/0/termEnd']],
    ['a time for a day', body({}, { termEnd: '2027-02-28T00:00:00Z' }), ['/lines/0/termEnd']],
    ['yes for true', body({}, { autoRenew: 'yes' }), ['/lines/0/autoRenew']],
    ['an unknown program', body({}, { program: 'freeware' }), ['/lines/0/program']],
    ['an unknown field', body({ seats: 3 }), ['/seats']],
    ['an unknown field in a line', body({}, { seat: 3 }), ['/lines/0/seat']],
    ['no mail address', body({ contactEmail: 'nobody' }), ['/contactEmail']],
    ['a country that is none', body({ country: 'UK' }), ['/country']],
    [
      'several faults at once',
      body({ country: 'UK', customerName: '' }, { seats: -1, skuId: 'x' }),
      ['/country', '/customerName', '/lines/0/seats', '/lines/0/skuId'],
    ],
    [
      'null for everything',
      { customerTenantId: null, customerName: null, customerDomain: null, country: null, lines: null },
      ['/customerTenantId', '/customerName', '/customerDomain', '/country', '/lines'],
    ],
    ['a line that is none', body({ lines: [7] }), ['/lines']],
  ];
  test.each(fields)('%s names each bad field', async (_what, sent, pointers) => {
    expect([...(await faultsOf(sent))].sort()).toEqual([...pointers].sort());
    expect(await running().migrations(`?q=${BASE.tenant}`)).toEqual([]);
  });

  test.each([[], 'text', 7, null, true].map((sent) => [JSON.stringify(sent), sent] as const))(
    '%s for a body is refused',
    async (_shown, sent) => {
      const answer = await running().ask<ProblemBody>('POST', '/v1/migrations', {
        body: JSON.stringify(sent),
        headers: { 'content-type': 'application/json' },
      });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([400, expect.stringMatching(/^application\/problem\+json/)]);
    },
  );
});

describe('a body', () => {
  const json = { 'content-type': 'application/json' };
  const post = (sent: string | Uint8Array, headers: Readonly<Record<string, string>> = json) =>
    running().ask<ProblemBody>('POST', '/v1/migrations', { body: sent, headers });

  test('that is no JSON is 400, without an echo of it', async () => {
    for (const sent of ['{', '{"a":}', "{'a':1}", '\u0000', '{"customerName": "secret-name"']) {
      const { status, text, body: problem } = await post(sent);
      expect([sent, status, problem.code]).toEqual([sent, 400, 'not-json']);
      expect(text).not.toContain('secret-name');
    }
    expect((await post(new Uint8Array([0x7b, 0xff, 0x7d]))).status).toBe(400);
  });

  test('nested a hundred thousand deep is refused', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect((await post(deep)).status).toBe(400);
    expect((await post(`{"lines":${deep}}`)).status).toBe(400);
    expect((await post(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)).status).toBe(400);
    const { id } = await running().register(customer('Deep'));
    const held = await running().ask('POST', `/v1/migrations/${id}/hold`, {
      body: `{"reason":${deep}}`,
      headers: { ...json, 'idempotency-key': 'deep' },
    });
    expect(held.status).toBe(400);
    expect(
      (await running().ask('POST', '/v1/events', { body: deep, headers: { 'content-type': 'application/cloudevents+json' } })).status,
    ).toBeLessThan(500);
  });

  test('with __proto__ or constructor changes nothing', async () => {
    expect((await post('{"__proto__": {"isAdmin": true}}')).status).toBe(400);
    expect((await post('{"constructor": {"prototype": {"isAdmin": true}}}')).status).toBe(400);
  });

  test('of another content type is 415, of none too', async () => {
    const sent = JSON.stringify(body());
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await post(sent, { 'content-type': type });
      expect([type, answer.status]).toEqual([type, 415]);
    }
    expect(await running().migrations(`?q=${BASE.tenant}`)).toEqual([]);
  });

  test.each(['/v1/migrations', '/v1/events', '/v1/webhooks/partner-center', '/v1/bulk/hold'])(
    'of 50 MB at %s is cut off with 413',
    async (path) => {
      expect(await sendAnnounced(`${running().product.url}${path}`, 50 * 1024 * 1024)).toBe(413);
      expect(await sendChunked(`${running().product.url}${path}`, 50)).toBe(413);
    },
  );
});

/** Announces so many bytes and sends them until the answer comes. */
function sendAnnounced(address: string, bytes: number): Promise<number | undefined> {
  return sending(address, { 'content-length': String(bytes) }, bytes / 1024 / 1024);
}

function sendChunked(address: string, megabytes: number): Promise<number | undefined> {
  return sending(address, { 'transfer-encoding': 'chunked' }, megabytes);
}

function sending(address: string, headers: Readonly<Record<string, string>>, megabytes: number): Promise<number | undefined> {
  return new Promise((done, failed) => {
    let answered = false;
    const outgoing = httpRequest(
      address,
      {
        method: 'POST',
        headers: { 'content-type': address.endsWith('events') ? 'application/cloudevents+json' : 'application/json', ...headers },
      },
      (answer) => {
        answered = true;
        answer.resume();
        done(answer.statusCode);
        outgoing.destroy();
      },
    );
    outgoing.on('error', (error) => {
      if (!answered) failed(error);
    });
    const piece = Buffer.alloc(1024 * 1024, 0x20);
    let left = megabytes;
    const next = () => {
      if (answered || left === 0) return;
      left -= 1;
      outgoing.write(piece, () => setImmediate(next));
    };
    next();
  });
}

describe('an address', () => {
  test('that is none is 404 as a problem; a method that is none too', async () => {
    for (const path of ['/', '/v1', '/v1/nothing', '/v1/migrations/x/y/z', '/../etc/passwd', '/v1/%2e%2e/%2e%2e/etc/passwd']) {
      const { status, headers } = await running().ask('GET', path);
      expect([path, status, headers.get('content-type')]).toEqual([path, 404, expect.stringMatching(/^application\/problem\+json/)]);
    }
    expect([404, 405]).toContain((await running().ask('DELETE', '/v1/migrations')).status);
  });

  test('with an id that is none is 400, with one of nobody 404', async () => {
    for (const path of [
      '/v1/migrations/7',
      '/v1/migrations/{x}',
      `/v1/migrations/%7B${guidOf('x')}%7D`,
      '/v1/migrations/x/history',
      '/v1/migrations/x/plan',
      '/v1/imports/x',
      '/v1/bulk/x',
    ]) {
      expect([path, (await running().ask('GET', path)).status]).toEqual([path, 400]);
    }
    const nobody = guidOf('nobody');
    for (const path of ['', '/history', '/plan'])
      expect([path, (await running().ask('GET', `/v1/migrations/${nobody}${path}`)).status]).toEqual([path, 404]);
    expect(await running().refusal(nobody, 'hold', { reason: 'x' }, 404)).toBe('migration-unknown');
  });

  test('with the id of a migration in capitals is the same', async () => {
    const { id } = await running().register(customer('Capitals', { originals: [original('capitals')] }));
    expect((await running().migration(id.toUpperCase())).id).toBe(id);
  });

  test.each([
    'limit=0',
    'limit=501',
    'limit=ten',
    'limit=1e2',
    'limit=5&limit=6',
    'cursor=abc',
    'cursor=',
    'sort=shoeSize',
    'stage=moved',
    'risk=high',
    'endsBefore=2026-02-30',
    'endsBefore=tomorrow',
    'colour=red',
    'Limit=5',
    'q[]=x',
  ])('with ?%s is refused by the name of the parameter', async (query) => {
    const { status, body: problem } = await running().ask<ProblemBody>('GET', `/v1/migrations?${query}`);
    expect([query, status]).toEqual([query, 400]);
    expect(problem.errors?.[0]?.pointer).toMatch(/^\//);
  });

  test('that is too long, or comes with headers that are, is refused and not waited for', async () => {
    expect([414, 431]).toContain((await running().ask('GET', `/v1/migrations?q=${'x'.repeat(10_000)}`)).status);
    expect((await running().ask('GET', '/v1/migrations', { headers: { 'x-actor': 'y'.repeat(20_000) } })).status).toBe(431);
    expect((await running().ask('GET', `/v1/migrations?q=${'x'.repeat(300)}`)).status).toBe(400);
  });

  test('with an odd Idempotency-Key or Min-Position is refused', async () => {
    const { id } = await running().register(customer('Odd Headers'));
    for (const key of ['', ' ', 'x'.repeat(300), 'ümlaut'.replace('ü', '\u00fc')]) {
      expect([
        key,
        (await running().ask('POST', `/v1/migrations/${id}/hold`, { body: { reason: 'x' }, headers: { 'idempotency-key': key } })).status,
      ]).toEqual([key, 400]);
    }
    expect((await running().ask('GET', '/v1/migrations', { headers: { 'min-position': 'first' } })).status).toBe(400);
  });
});

describe('the clock', () => {
  test('moves forward only, by one of two ways', async () => {
    const world = running();
    const put = async (sent: object) => (await world.ask('PUT', '/v1/clock', { body: sent })).status;
    expect(await put({})).toBe(400);
    expect(await put({ by: 'P1D', to: '2027-01-01T00:00:00Z' })).toBe(400);
    expect(await put({ by: 'a day' })).toBe(400);
    expect(await put({ by: '-P1D' })).toBeGreaterThanOrEqual(400);
    expect(await put({ to: '2020-01-01T00:00:00Z' })).toBe(422);
    expect(await put({ to: '2027-02-30T00:00:00Z' })).toBe(400);
    expect(await put({ to: await world.now() })).toBe(200);
  });
});

describe('what goes out', () => {
  test('carries no trace of the server, and no secret in an error', async () => {
    const { headers } = await running().ask('GET', '/v1/overview');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});
