import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { accountOfPublished } from '../../chaos/fleet/published.ts';
import { OwnEngines, describeWithOwnEngines } from '../../engines/own-engines.ts';
import { type Answer, type ProblemBody, type Request, ask } from '../caller.ts';
import { csvOf, customer, guidOf, original, registrationOf, rowsOf } from '../customers.ts';
import { faultOf, untilFault, untilReady } from '../health.ts';
import { newFolder, removeFolder, startProduct } from '../product.ts';
import { type Migration, World } from '../world.ts';

jest.setTimeout(180_000);

const PARTNER = guidOf('partner');
/** Nobody is kept waiting for longer, whatever is away. A second more is left to a machine under load. */
const ANSWERS_WITHIN_MS = 11_000;

type Call = readonly [method: string, path: string, request?: Request];

describeWithOwnEngines('an engine that is killed while the service runs', () => {
  const engines = new OwnEngines();
  const folder = newFolder();
  let world: World;
  let known: Migration;

  beforeAll(async () => {
    await engines.start();
    world = new World(await startProduct({ DATA_DIR: folder, PARTNER_TENANT_ID: PARTNER, ...engines.settings }));
    await untilReady(world.product.url);
    known = await registered('Known');
    await world.advance('PT1M');
  }, 120_000);

  afterAll(async () => {
    await world.product.end('SIGKILL');
    await engines.close();
    removeFolder(folder);
  });

  async function registered(name: string): Promise<Migration> {
    return world.register(customer(name, { invitation: 'silent', originals: [original(name, { termEnd: await world.dayIn(60) })] }));
  }

  function acceptance(id: string): Request {
    const occurredAt = '2026-12-01T08:00:30.000Z';
    return {
      headers: { 'content-type': 'application/cloudevents+json' },
      body: {
        specversion: '1.0',
        id,
        source: 'urn:test:upstream',
        type: 'cutover.customer.relationship-accepted.v1',
        time: occurredAt,
        data: { customerTenantId: known.customerTenantId, partnerTenantId: PARTNER, occurredAt },
      },
    };
  }

  async function answerTo([method, path, request]: Call): Promise<Answer<ProblemBody>> {
    const begun = performance.now();
    const answer = await ask<ProblemBody>(method, `${world.product.url}${path}`, request);
    expect([path, performance.now() - begun < ANSWERS_WITHIN_MS]).toEqual([path, true]);
    return answer;
  }

  async function worksFor(...calls: readonly Call[]): Promise<void> {
    for (const answer of await Promise.all(calls.map(answerTo))) expect(answer.status).toBeLessThan(300);
  }

  /** A problem document that says what is away, and to come back soon. */
  async function isRefusedWith(code: string | RegExp, ...calls: readonly Call[]): Promise<void> {
    for (const answer of await Promise.all(calls.map(answerTo))) {
      const { status, headers, body } = answer;
      expect([status, headers.get('content-type')?.split(';')[0], headers.get('retry-after')]).toEqual([
        503,
        'application/problem+json',
        '1',
      ]);
      expect(body.code).toMatch(code);
    }
  }

  const reads = (): readonly Call[] => [
    ['GET', '/v1/overview'],
    ['GET', '/v1/migrations'],
    ['GET', `/v1/migrations/${known.id}`],
    ['GET', '/v1/todos'],
    ['GET', '/v1/dead-letters'],
  ];
  const commands = (reason: string): readonly Call[] => [
    ['POST', `/v1/migrations/${known.id}/hold`, { body: { reason } }],
    ['POST', '/v1/migrations', { body: registrationOf(customer(`Registered ${reason}`)) }],
  ];
  const looksAtTheLog = (): readonly Call[] => [
    ['GET', `/v1/migrations/${known.id}/history`],
    ['GET', `/v1/migrations/${known.id}?asOf=2026-12-01T08:00:30Z`],
  ];
  const moves: Call = ['PUT', '/v1/clock', { body: { by: 'PT1M' } }];
  const measures: Call = ['GET', '/metrics'];

  test('the broker: events are refused, everything else goes on, and nothing that was answered is lost', async () => {
    await engines.broker.kill();
    await untilFault(world.product.url, 'bus', /no broker answers.*check KAFKA_BROKERS/);
    await worksFor(...reads(), ...commands('without a broker'), ...looksAtTheLog(), measures);
    await isRefusedWith('bus-unavailable', ['POST', '/v1/events', acceptance('while the broker is away')], moves);
    await engines.broker.start();
    await untilReady(world.product.url);
    expect((await answerTo(['POST', '/v1/events', acceptance('when it is back')])).status).toBe(202);
    await world.command(known.id, 'resume');
    await world.advance('PT1M');
    expect((await world.migration(known.id)).stage).toBe('accepted');
  });

  test('the database: commands go on, queries are refused, and what was decided meanwhile is there afterwards', async () => {
    await engines.database.kill();
    const away = await untilFault(world.product.url, 'read-models', /cannot be reached.*Check that it runs/);
    expect(faultOf(away, 'log')).toBeUndefined();
    await worksFor(...commands('without a database'), ...looksAtTheLog(), measures);
    await isRefusedWith('read-models-unavailable', ...reads(), [
      'POST',
      '/v1/imports',
      { body: csvOf([]), headers: { 'content-type': 'text/csv' } },
    ]);
    await isRefusedWith('clock-waits', moves);
    await engines.database.start();
    await untilReady(world.product.url);
    await world.advance('PT1M');
    expect(await world.migration(known.id)).toMatchObject({ onHold: true, stage: 'accepted' });
    expect((await world.migrations(`?q=${encodeURIComponent('Registered without a database')}`)).map(({ stage }) => stage)).toEqual([
      'requested',
    ]);
    await world.command(known.id, 'resume');
  });

  test('the event store: queries go on, commands are refused, and can be sent again', async () => {
    await engines.eventStore.kill();
    const away = await untilFault(world.product.url, 'log', /cannot be reached.*check that it runs and EVENT_STORE_URL names it/);
    expect(faultOf(away, 'bus')).toBeUndefined();
    await worksFor(...reads(), measures);
    const again = { 'idempotency-key': 'sent-again' };
    const register: Call = ['POST', '/v1/migrations', { body: registrationOf(customer('Sent Again')), headers: again }];
    // What was on its way may have been written: then that is said.
    await isRefusedWith(/^(log-unavailable|unconfirmed-append)$/, ...commands('without a log'), ...looksAtTheLog(), register);
    await isRefusedWith(/^(clock-waits|log-unavailable)$/, moves);
    await engines.eventStore.start();
    await untilReady(world.product.url);
    expect((await answerTo(register)).status).toBe(201);
    await world.advance('PT1M');
    expect((await world.migrations(`?q=${encodeURIComponent('Sent Again')}`)).map(({ stage }) => stage)).toEqual(['requested']);
  });

  test('any of them, in the middle of an import: it goes on by itself, and each row is accounted for once', async () => {
    const rows = 3_000;
    const file = csvOf(Array.from({ length: rows }, (_, index) => rowsOf(customer(`Through Outages ${index}`))[0]!));
    const { body } = await world.sendFile(file);
    for (const engine of [engines.eventStore, engines.database, engines.broker]) {
      await engine.kill();
      await engine.start();
    }
    await untilReady(world.product.url);
    expect(await world.importEnd(body.importId)).toMatchObject({ state: 'done', rows, accepted: rows, rejected: 0, duplicates: 0 });
    await world.advance('PT1M');
    expect((await world.overview()).conservation.difference).toBe(0);
    const { fault } = await accountOfPublished(engines.settings.EVENT_STORE_URL, [engines.settings.KAFKA_BROKERS]);
    expect(fault).toBeNull();
  });
});
