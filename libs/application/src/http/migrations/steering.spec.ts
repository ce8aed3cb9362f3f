import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Instant } from '#kernel';
import { type EdgeForSpec, SOLD, edgeForSpec, guidForSpec, registrationForSpec } from '../edge-for-spec.ts';

let edge: EdgeForSpec;
let outsideIsDown = false;
beforeAll(async () => {
  edge = await edgeForSpec({ outsideIsDown: () => outsideIsDown });
});
afterAll(() => edge.close());

async function registered() {
  const payload = registrationForSpec();
  const answer = await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload });
  return { id: answer.json().id as string, original: payload.lines[0]!.originalSubscriptionId };
}

function steer(id: string, command: string, payload?: object, headers: Record<string, string> = {}) {
  return edge.app.inject({ method: 'POST', url: `/v1/migrations/${id}/${command}`, headers, ...(payload && { payload }) });
}

test('a command answers the new state, where it stands in the log, and under which tag', async () => {
  const { id } = await registered();
  const answer = await steer(
    id,
    'hold',
    { reason: 'budget', until: '2026-12-24T10:00:00+01:00' },
    { 'x-actor': 'Ada L.', 'x-correlation-id': 'chain-7' },
  );
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ id, onHold: true, hold: { reason: 'budget', until: '2026-12-24T09:00:00.000Z' }, version: 1 });
  expect(answer.headers).toMatchObject({ etag: '"1"', 'x-correlation-id': 'chain-7' });
  const history = await edge.app.inject({ url: `/v1/migrations/${id}/history` });
  expect(history.json().items[1]).toMatchObject({
    revision: 1,
    type: 'migration.held.v1',
    actor: 'person:Ada L.',
    correlationId: 'chain-7',
    reason: 'budget',
    evidence: null,
    position: answer.headers.position,
  });
  expect((await steer(id, 'resume')).json()).toMatchObject({ onHold: false });
});

test('what the rules forbid is 409 with its code', async () => {
  const { id } = await registered();
  expect((await steer(id, 'resume', {})).json()).toMatchObject({ status: 409, code: 'not-on-hold' });
  expect((await steer(id, 'provision', {})).json()).toMatchObject({ status: 409, code: 'not-accepted' });
  expect((await steer(id, 'request-reseller')).statusCode).toBe(200);
  expect((await steer(id, 'request-reseller')).json()).toMatchObject({ status: 409, code: 'request-open' });
  expect((await steer(id, 'withdraw', { reason: 'left' })).json()).toMatchObject({ stage: 'withdrawn' });
  expect((await steer(id, 'retry', {})).json()).toMatchObject({ status: 409, code: 'migration-closed' });
});

test('an actor may be named in any script', async () => {
  const { id } = await registered();
  await steer(id, 'retry', {}, { 'x-actor': Buffer.from('Zoë Müller', 'utf8').toString('latin1') });
  const history = await edge.app.inject({ url: `/v1/migrations/${id}/history` });
  expect(history.json().items[1].actor).toBe('person:Zoë Müller');
});

test('an actor that is a mail address is not written down', async () => {
  const { id } = await registered();
  await steer(id, 'retry', {}, { 'x-actor': 'ada@contoso.com' });
  const history = await edge.app.inject({ url: `/v1/migrations/${id}/history` });
  expect(history.json().items[1].actor).toBe('person:anonymous');
});

test('the chain of causes comes from traceparent where nothing else names it', async () => {
  const { id } = await registered();
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const answer = await steer(id, 'retry', {}, { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
  expect(answer.headers['x-correlation-id']).toBe(trace);
});

describe('If-Match', () => {
  test('is 412 with the tag that stands, when the migration has moved on', async () => {
    const { id } = await registered();
    expect((await steer(id, 'retry', {}, { 'if-match': '"0"' })).statusCode).toBe(200);
    const stale = await steer(id, 'retry', {}, { 'if-match': '"0"' });
    expect(stale.json()).toMatchObject({ status: 412, code: 'revision-stale', version: 1 });
    expect(stale.headers.etag).toBe('"1"');
    expect((await steer(id, 'retry', {}, { 'if-match': 'W/"1"' })).statusCode).toBe(412);
    expect((await steer(id, 'retry', {}, { 'if-match': '*' })).statusCode).toBe(200);
    expect((await steer(id, 'retry', {}, { 'if-match': '7' })).json()).toMatchObject({ status: 400, code: 'if-match-invalid' });
    expect((await steer(guidForSpec(77), 'retry', {}, { 'if-match': '"0"' })).statusCode).toBe(404);
  });
});

describe('If-None-Match', () => {
  function read(url: string, etag?: unknown) {
    return edge.app.inject({ url, headers: typeof etag === 'string' ? { 'if-none-match': etag } : {} });
  }

  test('is 304 of a migration as it stood at a time: that changes only with its revision', async () => {
    const { id } = await registered();
    const then = `/v1/migrations/${id}?asOf=${edge.clock.now()}`;
    const first = await read(then);
    const again = await read(then, first.headers.etag);
    expect([first.statusCode, again.statusCode, again.body]).toEqual([200, 304, '']);
    expect(again.headers.etag).toBe(first.headers.etag);
  });

  test('is no 304 of a migration as it stands now: its risk grows with time, under the same revision', async () => {
    const other = await edgeForSpec();
    const { id } = (await other.app.inject({ method: 'POST', url: '/v1/migrations', payload: registrationForSpec() })).json();
    const now = () => other.app.inject({ url: `/v1/migrations/${id}`, headers: { 'if-none-match': '"0"' } });
    const early = await now();
    await other.clock.advanceTo('2027-01-30T08:00:00.000Z' as Instant);
    const late = await now();
    expect([early.statusCode, late.statusCode, early.headers.etag, late.headers.etag]).toEqual([200, 200, '"0"', '"0"']);
    expect([early.json().risk, late.json().risk]).toEqual(['none', 'act']);
    await other.close();
  });
});

describe('record-acceptance', () => {
  test('records the time that the person gives', async () => {
    const { id } = await registered();
    const answer = await steer(id, 'record-acceptance', { acceptedAt: '2026-11-20T10:00:00Z' });
    expect(answer.json()).toMatchObject({ stage: 'accepted', invitation: { acceptedAt: '2026-11-20T10:00:00.000Z' } });
  });

  test('not a time that has not come', async () => {
    const { id } = await registered();
    const answer = await steer(id, 'record-acceptance', { acceptedAt: '2026-12-20T10:00:00Z' });
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer: '/acceptedAt', code: 'in-the-future' }] });
  });
});

describe('choose-target', () => {
  test('takes what is sold, and within which limits, from the catalog', async () => {
    const { id, original } = await registered();
    const answer = await steer(id, 'choose-target', { originalSubscriptionId: original.toUpperCase(), catalogItem: 'cfq7ttc0lh18:0001' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().lineItems[0]).toMatchObject({
      offerMatch: 'same',
      target: { catalogItem: SOLD.catalogItem, skuId: SOLD.skuGuid, seats: 25, monthlyPrice: 5.6 },
    });
    expect(
      (await steer(id, 'choose-target', { originalSubscriptionId: original, catalogItem: 'CFQ7TTC0LH18:0001', seats: 301 })).json(),
    ).toMatchObject({
      status: 409,
      code: 'seats-out-of-range',
    });
  });

  test('refuses what is not sold, and what is another SKU', async () => {
    const { id, original } = await registered();
    expect((await steer(id, 'choose-target', { originalSubscriptionId: original, catalogItem: 'CFQ7TTC0XXXX:0001' })).json()).toMatchObject(
      {
        status: 422,
        code: 'catalog-item-unknown',
        errors: [{ pointer: '/catalogItem' }],
      },
    );
    const other = { originalSubscriptionId: original, catalogItem: 'CFQ7TTC0LH18:0001', skuId: guidForSpec(5) };
    expect((await steer(id, 'choose-target', other)).json()).toMatchObject({ status: 422, code: 'sku-mismatch' });
    expect((await steer(id, 'choose-target', { ...other, originalSubscriptionId: guidForSpec(6) })).json()).toMatchObject({
      status: 409,
      code: 'unknown-original',
    });
  });

  test('is 503 with Retry-After while the catalog cannot be asked, and says nothing of what the outside said', async () => {
    const { id, original } = await registered();
    outsideIsDown = true;
    const answer = await steer(id, 'choose-target', { originalSubscriptionId: original, catalogItem: 'CFQ7TTC0LH18:0001' });
    outsideIsDown = false;
    expect(answer.json()).toMatchObject({ status: 503, code: 'outside-unavailable', cause: 'server-error' });
    expect(answer.headers['retry-after']).toBe('30');
    expect(answer.body).not.toContain('secret');
  });
});

test('choose-original-end by cancellation needs the acknowledgement, then the facts', async () => {
  const { id, original } = await registered();
  const body = { originalSubscriptionId: original, by: 'cancellation' };
  expect((await steer(id, 'choose-original-end', body)).json()).toMatchObject({ status: 409, code: 'no-refund-not-acknowledged' });
  expect((await steer(id, 'choose-original-end', { ...body, acknowledgeNoRefund: true })).json()).toMatchObject({
    status: 409,
    code: 'target-active',
  });
  expect((await steer(id, 'choose-original-end', { ...body, by: 'expiry' })).statusCode).toBe(200);
});

test('a migration can be seen as it stood', async () => {
  const { id } = await registered();
  await edge.clock.advanceTo('2026-11-23T09:00:00.000Z' as never);
  await steer(id, 'hold', { reason: 'later' });
  const then = await edge.app.inject({ url: `/v1/migrations/${id}?asOf=2026-11-23T08:30:00Z` });
  expect(then.json()).toMatchObject({ onHold: false, version: 0, updatedAt: '2026-11-23T08:00:00.000Z' });
  const now = await edge.app.inject({ url: `/v1/migrations/${id}?asOf=2026-11-23T09:00:00Z` });
  expect(now.json()).toMatchObject({ onHold: true, version: 1 });
  const before = await edge.app.inject({ url: `/v1/migrations/${id}?asOf=2026-11-22T09:00:00Z` });
  expect(before.json()).toMatchObject({ status: 404, code: 'not-registered-then' });
});

test('history is paged by revision, and the plan writes nothing', async () => {
  const { id } = await registered();
  for (let round = 0; round < 4; round += 1) await steer(id, 'retry');
  const revisions: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: { revision: number }[]; nextCursor: string | null } = (
      await edge.app.inject({ url: `/v1/migrations/${id}/history?limit=2${cursor && `&cursor=${cursor}`}` })
    ).json();
    revisions.push(...page.items.map(({ revision }) => revision));
    cursor = page.nextCursor;
  }
  expect(revisions).toEqual([0, 1, 2, 3, 4]);
  const plan = await edge.app.inject({ url: `/v1/migrations/${id}/plan` });
  expect(plan.json()).toMatchObject({ id, lines: [{ action: 'choose-target', naturalEnd: '2027-02-01T00:00:00.000Z' }] });
});
