import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { OutsideFailure } from '#partner-center';
import { BulkRuns } from '../../bulk/index.ts';
import { type EdgeForSpec, PARTNER, edgeForSpec, registrationForSpec } from '../edge-for-spec.ts';
import { BulkCarrying } from './bulk-carrying.ts';

let edge: EdgeForSpec;
beforeAll(async () => {
  edge = await edgeForSpec();
});
afterAll(() => edge.close());

function bulk(command: string, payload: object, headers: Record<string, string> = {}) {
  return edge.app.inject({ method: 'POST', url: `/v1/bulk/${command}`, payload, headers });
}

async function registerMany(wave: string, many: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < many; n += 1) {
    const answer = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload: registrationForSpec({ wave }) });
    ids.push(answer.json().id);
  }
  await edge.caughtUp();
  return ids.sort();
}

async function finished(bulkId: string) {
  for (;;) {
    const run = (await edge.app.inject({ url: `/v1/bulk/${bulkId}` })).json();
    if (run.state === 'done') return run;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a preview counts exactly, and changes nothing', async () => {
  await registerMany('preview', 3);
  const answer = await bulk('hold', { filter: { wave: 'preview' }, body: { reason: 'freeze' }, preview: true });
  expect([answer.statusCode, answer.json()]).toEqual([200, { count: 3 }]);
  const list = await edge.app.inject({ url: '/v1/migrations?wave=preview' });
  expect(list.json().items.every(({ onHold }: { onHold: boolean }) => !onHold)).toBe(true);
});

test('a closed migration that has a successor is revived neither alone nor in bulk: the answer names the successor', async () => {
  const payload = registrationForSpec();
  const { id } = (await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload })).json();
  await edge.app.inject({ method: 'POST', url: `/v1/migrations/${id}/request-reseller` });
  await edge.intake.receive({
    ok: true,
    event: {
      specversion: '1.0',
      id: 'declined',
      source: 'urn:upstream',
      type: 'cutover.customer.relationship-declined.v1',
      data: { customerTenantId: payload.customerTenantId, partnerTenantId: PARTNER, occurredAt: edge.clock.now() },
    },
  });
  const successor = (await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload })).json();
  expect(successor.stage).toBe('registered');
  for (const command of ['request-reseller', 'record-acceptance'])
    expect((await edge.app.inject({ method: 'POST', url: `/v1/migrations/${id}/${command}` })).json()).toMatchObject({
      status: 409,
      code: 'superseded',
      id: successor.id,
    });
  await edge.caughtUp();
  const begun = await bulk('request-reseller', { filter: { stage: 'declined' } });
  expect((await finished(begun.json().bulkId)).results).toEqual([{ id, status: 409, code: 'superseded' }]);
});

test('carries a command out for all that the filter hits, and tells what became of each', async () => {
  const ids = await registerMany('freeze', 250);
  await edge.app.inject({ method: 'POST', url: `/v1/migrations/${ids[7]}/withdraw`, payload: { reason: 'left' } });
  await edge.caughtUp();
  const begun = await bulk('hold', { filter: { wave: 'freeze' }, body: { reason: 'freeze' } }, { 'x-actor': 'Ada' });
  expect(begun.statusCode).toBe(202);
  const run = await finished(begun.json().bulkId);
  expect(run).toMatchObject({ command: 'hold', count: 250 });
  expect(run.results.map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(run.results[7]).toEqual({ id: ids[7], status: 409, code: 'migration-closed' });
  expect(run.results.filter(({ status }: { status: number }) => status === 200)).toHaveLength(249);
  const history = await edge.app.inject({ url: `/v1/migrations/${ids[0]}/history` });
  expect(history.json().items.at(-1)).toMatchObject({ type: 'migration.held.v1', actor: 'person:Ada' });
});

test('the same key begins one run', async () => {
  await registerMany('once', 2);
  const payload = { filter: { wave: 'once' } };
  const first = await bulk('retry', payload, { 'idempotency-key': 'bulk-once' });
  const second = await bulk('retry', payload, { 'idempotency-key': 'bulk-once' });
  expect(second.body).toBe(first.body);
});

describe('refuses', () => {
  test.each([
    ['an absent filter', 'retry', {}, '/filter', 'required'],
    ['an empty filter', 'retry', { filter: {} }, '/filter', 'filter-empty'],
    ['a filter of nulls', 'retry', { filter: { wave: null } }, '/filter', 'filter-empty'],
    ['an unknown filter', 'retry', { filter: { colour: 'red' } }, '/filter/colour', 'unknown-field'],
    ['a filter that is none', 'retry', { filter: 'all' }, '/filter', 'not-an-object'],
    ['an unknown field', 'retry', { filter: { q: 'x' }, force: true }, '/force', 'unknown-field'],
    ['a body that the command does not take', 'hold', { filter: { q: 'x' }, body: { until: 'never' } }, '/body/reason', 'required'],
    ['a body for a command without one', 'resume', { filter: { q: 'x' }, body: { reason: 'x' } }, '/body/reason', 'unknown-field'],
    ['a body that is none', 'hold', { filter: { q: 'x' }, body: [] }, '/body', 'body-not-an-object'],
  ])('%s', async (_, command, payload, pointer, code) => {
    const answer = await bulk(command, payload);
    expect(answer.json()).toMatchObject({ status: 400 });
    expect(answer.json().errors).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  test('an unknown command', async () => {
    for (const command of ['explode', 'toString', '__proto__'])
      expect((await bulk(command, { filter: { q: 'x' } })).json()).toMatchObject({ status: 404, code: 'command-unknown' });
  });
});

test('a run that was interrupted goes on where it stood', async () => {
  const ids = await registerMany('interrupted', 300);
  const { store, clock, queries, soleWork } = edge.service;
  const done: string[] = [];
  const request = {
    bulkId: '00000000-0000-4000-8000-0000000b0001',
    command: 'retry',
    body: {},
    filter: { wave: 'interrupted' },
    actor: 'person:Ada',
    correlationId: 'c',
  };
  const options = { store, clock, soleWork, migrations: () => queries.migrations, onError: () => undefined };
  const first: BulkRuns = new BulkRuns({
    ...options,
    carryOut: async (_, id) => {
      done.push(id);
      if (done.length === 150) void first.stop();
      return { id, status: 200 };
    },
  });
  await first.begin(request);
  await first.idle();
  expect((await first.get(request.bulkId))?.results).toHaveLength(200);

  const second = new BulkRuns({
    ...options,
    carryOut: async (_, id) => {
      done.push(id);
      return { id, status: 200 };
    },
  });
  await second.resume();
  await second.idle();
  expect((await second.get(request.bulkId))?.finishedAt).not.toBeNull();
  expect(done).toHaveLength(300);
  expect([...done].sort()).toEqual(ids);
});

test('a log that goes away for a moment leaves no result behind: the run stops, and is taken up again with the same commands', async () => {
  const ids = await registerMany('blip', 3);
  const { store } = edge.service;
  const append = store.append.bind(store);
  let appends = 0;
  const answersLost = jest.spyOn(store, 'append').mockImplementation(async (streamId, expected, events) => {
    if (!events.some(({ type }) => type === 'migration.held.v1')) return append(streamId, expected, events);
    appends += 1;
    // The first is written and its answer lost, the second is not written at all.
    if (appends === 1) await append(streamId, expected, events);
    if (appends <= 2) throw Object.assign(new Error('away'), { code: 'event-store-unreachable' });
    return append(streamId, expected, events);
  });
  const read = store.readStream.bind(store);
  const blind = jest.spyOn(store, 'readStream').mockImplementation(async (streamId, options) => {
    if (streamId.startsWith('migration-') && appends > 0 && appends < 3) throw new Error('away');
    return read(streamId, options);
  });
  const { runs } = edge.app.get(BulkCarrying);
  const begun = await bulk('hold', { filter: { wave: 'blip' }, body: { reason: 'freeze' } });
  await runs.idle();
  expect(await runs.get(begun.json().bulkId)).toMatchObject({ results: [], finishedAt: null });
  answersLost.mockRestore();
  blind.mockRestore();
  await runs.resume();
  const run = await finished(begun.json().bulkId);
  expect(run.results).toEqual(ids.map((id) => ({ id, status: 200 })));
  for (const id of ids) {
    const { items } = (await edge.app.inject({ url: `/v1/migrations/${id}/history` })).json();
    expect(items.filter(({ type }: { type: string }) => type === 'migration.held.v1')).toHaveLength(1);
  }
});

test('what Partner Center does not answer is a result: nothing was written, and a person decides', async () => {
  const registration = registrationForSpec({ wave: 'outside' });
  const registered = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload: registration });
  await edge.caughtUp();
  const catalog = jest.spyOn(edge.service.gateway, 'catalog').mockRejectedValue(new OutsideFailure('retry-later', 'no-answer', 'away'));
  const begun = await bulk('choose-target', {
    filter: { wave: 'outside' },
    body: { originalSubscriptionId: registration.lines[0]!.originalSubscriptionId, catalogItem: 'CFQ7TTC0LH18:0001' },
  });
  const run = await finished(begun.json().bulkId);
  catalog.mockRestore();
  expect(run.results).toEqual([{ id: registered.json().id, status: 503, code: 'outside-unavailable' }]);
});

test('a run that another process is at is left alone, and taken up when that one lets go of it', async () => {
  const ids = await registerMany('shared-run', 3);
  const { store, clock, queries, soleWork } = edge.service;
  const request = {
    bulkId: '00000000-0000-4000-8000-0000000b0002',
    command: 'retry',
    body: {},
    filter: { wave: 'shared-run' },
    actor: 'person:Ada',
    correlationId: 'c',
  };
  const done: string[] = [];
  const runs = new BulkRuns({
    store,
    clock,
    soleWork,
    migrations: () => queries.migrations,
    onError: () => undefined,
    async carryOut(_, id) {
      done.push(id);
      return { id, status: 200 };
    },
  });
  const elsewhere = await soleWork.take(`bulk ${request.bulkId}`);
  await runs.begin(request);
  await runs.idle();
  expect(done).toEqual([]);
  await elsewhere!.release();
  await runs.resume();
  await runs.idle();
  expect([...done].sort()).toEqual(ids);
});
