import { describe, expect, test } from '@jest/globals';
import type { MigrationSummary } from '#migration';
import type { Page, ProblemBody } from './caller.ts';
import { CATALOG_ITEMS, csvOf, customer, guidOf, original, registrationOf, rowsOf } from './customers.ts';
import { runningProduct } from './running-product.ts';
import type { Migration } from './world.ts';

const running = runningProduct();

describe('the same write again', () => {
  test('with the same key and body has the same answer and changes nothing', async () => {
    const world = running();
    const body = registrationOf(customer('Key Once'));
    const headers = { 'idempotency-key': 'key-once' };
    const first = await world.ask<Migration>('POST', '/v1/migrations', { body, headers });
    const second = await world.ask<Migration>('POST', '/v1/migrations', { body, headers });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    for (const name of ['location', 'etag', 'position']) expect([name, second.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    const held = { body: { reason: 'once' }, headers: { 'idempotency-key': 'hold-once' } };
    const { id } = first.body;
    await Promise.all(Array.from({ length: 5 }, () => world.ask('POST', `/v1/migrations/${id}/hold`, held)));
    await world.command(id, 'resume');
    expect((await world.ask<Migration>('POST', `/v1/migrations/${id}/hold`, held)).body).toMatchObject({ onHold: true });
    expect(await world.migration(id)).toMatchObject({ onHold: false });
    expect(await world.told(id, 'migration.held.v1')).toHaveLength(1);
  });

  test('with another body is 422 and changes nothing', async () => {
    const world = running();
    const headers = { 'idempotency-key': 'key-two' };
    await world.ask('POST', '/v1/migrations', { body: registrationOf(customer('Key Two')), headers });
    const other = await world.ask<ProblemBody>('POST', '/v1/migrations', { body: registrationOf(customer('Key Three')), headers });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect(await world.migrations(`?q=${guidOf('customer Key Three')}`)).toEqual([]);
  });

  test('a refused one keeps its refusal; one that could not be read may be mended', async () => {
    const world = running();
    const { id } = await world.register(customer('Key Refused'));
    const resume = { body: {}, headers: { 'idempotency-key': 'resume-early' } };
    expect((await world.ask('POST', `/v1/migrations/${id}/resume`, resume)).status).toBe(409);
    await world.command(id, 'hold', { reason: 'x' });
    expect((await world.ask('POST', `/v1/migrations/${id}/resume`, resume)).status).toBe(409);
    const headers = { 'idempotency-key': 'mended' };
    expect((await world.ask('POST', `/v1/migrations/${id}/hold`, { body: { raeson: 'y' }, headers })).status).toBe(400);
    expect((await world.ask('POST', `/v1/migrations/${id}/hold`, { body: { reason: 'y' }, headers })).status).toBe(200);
  });

  test('a customer that has an open migration is 409 with its id', async () => {
    const world = running();
    const twice = customer('Twice');
    const { id } = await world.register(twice);
    const again = await world.ask<ProblemBody & Record<string, unknown>>('POST', '/v1/migrations', { body: registrationOf(twice) });
    expect(again.status).toBe(409);
    expect(JSON.stringify(again.body)).toContain(id);
    const racing = customer('Racing');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.ask('POST', '/v1/migrations', { body: registrationOf(racing) })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
  });
});

describe('revisions and positions', () => {
  test('If-Match refuses what has moved on; ETag tells what stands', async () => {
    const world = running();
    const { id } = await world.register(customer('Tagged'));
    await world.advance('PT1M');
    const seen = await world.ask<Migration>('GET', `/v1/migrations/${id}`);
    const etag = seen.headers.get('etag')!;
    expect(etag).toBe(`"${seen.body.version}"`);
    const first = await world.ask<Migration>('POST', `/v1/migrations/${id}/hold`, { body: { reason: 'a' }, headers: { 'if-match': etag } });
    expect(first.status).toBe(200);
    const stale = await world.ask<ProblemBody>('POST', `/v1/migrations/${id}/hold`, {
      body: { reason: 'b' },
      headers: { 'if-match': etag },
    });
    expect(stale.status).toBe(412);
    expect(
      (await world.ask('POST', `/v1/migrations/${id}/resume`, { body: {}, headers: { 'if-match': first.headers.get('etag')! } })).status,
    ).toBe(200);
    expect((await world.ask('POST', `/v1/migrations/${id}/hold`, { body: { reason: 'c' }, headers: { 'if-match': 'seven' } })).status).toBe(
      400,
    );
  });

  test('a list asked for with the position of a write has that write', async () => {
    const world = running();
    for (let index = 0; index < 20; index += 1) {
      const of = customer(`Seen ${index}`);
      const written = await world.ask<Migration>('POST', '/v1/migrations', { body: registrationOf(of) });
      const list = await world.get<Page<MigrationSummary>>(`/v1/migrations?q=${of.tenant}`, {
        'min-position': written.headers.get('position')!,
      });
      expect(list.items.map(({ id }) => id)).toEqual([written.body.id]);
    }
  });

  test('a position that is not reached is 503 with Retry-After, one that is none is 400', async () => {
    const world = running();
    const far = await world.ask('GET', '/v1/migrations', { headers: { 'min-position': '999999999' } });
    expect([far.status, far.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    expect((await world.ask('GET', '/v1/overview', { headers: { 'min-position': 'soon' } })).status).toBe(400);
  });
});

describe('looking back and ahead', () => {
  test('asOf shows how it stood, the history who did what and on which evidence', async () => {
    const world = running();
    const of = customer('Looked Back', { originals: [original('looked back', { termEnd: await world.dayIn(30) })] });
    const before = new Date(Date.parse(await world.now()) - 60_000).toISOString();
    const { id } = await world.register(of);
    await world.advance('P4D');
    const accepted = await world.now();
    await world.command(id, 'hold', { reason: 'Wait for the board' }, { 'x-actor': 'Grace Hopper', 'x-correlation-id': 'case-7' });
    await world.advance('P1D');
    await world.command(id, 'resume');
    await world.advance('P40D');
    expect((await world.migration(id)).stage).toBe('completed');
    expect(await world.migration(id, `?asOf=${accepted}`)).toMatchObject({ stage: 'accepted' });
    expect((await world.ask('GET', `/v1/migrations/${id}?asOf=${before}`)).status).toBe(404);
    expect((await world.ask('GET', `/v1/migrations/${id}?asOf=yesterday`)).status).toBe(400);

    const history = await world.history(id);
    expect(history.map(({ revision }) => revision)).toEqual(history.map((_, index) => index));
    const positions = history.map(({ position }) => Number(position));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(history.find(({ type }) => type === 'migration.held.v1')).toMatchObject({
      actor: 'person:Grace Hopper',
      correlationId: 'case-7',
      data: { reason: 'Wait for the board' },
    });
    expect(history.find(({ type }) => type === 'migration.order-placed.v1')).toMatchObject({
      actor: 'automation',
      evidence: { system: 'partner-center', requestId: expect.any(String), answeredAt: expect.any(String) },
    });
    const placed = history.find(({ type }) => type === 'migration.order-placed.v1')!;
    const ordered = await world.ledgerOf(of, 'order');
    expect(ordered.map(({ orderId }) => orderId)).toEqual([placed.data.orderId]);
    expect(ordered[0]!.requestId).toBe(placed.evidence!.requestId);
    const pages = await world.all<{ revision: number }>(`/v1/migrations/${id}/history`, 3);
    expect(pages).toHaveLength(history.length);
  });

  test('the plan shows what would be done when, with its overlap, and writes nothing', async () => {
    const world = running();
    const of = customer('Planned', { originals: [original('planned', { termEnd: await world.dayIn(60) })] });
    const { id } = await world.register(of);
    await world.advance('PT1M');
    const before = await world.history(id);
    const plan = await world.get<{ lines: readonly Record<string, unknown>[] }>(`/v1/migrations/${id}/plan`);
    expect(plan.lines).toMatchObject([{ action: 'wait-for-acceptance', offerMatch: 'same', seats: 10, overlapDays: 5, limitsHit: [] }]);
    expect(Date.parse(plan.lines[0]!.planned as string)).toBeLessThan(Date.parse(plan.lines[0]!.lastSafe as string));
    expect(await world.history(id)).toEqual(before);
    expect((await world.ledger(of)).filter(({ kind }) => kind !== 'invitation')).toEqual([]);
  });
});

describe('lists', () => {
  test('a page stays stable while rows come in, in every order', async () => {
    const world = running();
    for (let index = 0; index < 12; index += 1) await world.register(customer(`Paged ${index}`, { wave: 'paged' }));
    for (const sort of [
      'registeredAt',
      '-registeredAt',
      'customerName',
      '-customerName',
      'updatedAt',
      'lastSafeMoment',
      'firstOriginalEnd',
    ]) {
      const seen: string[] = [];
      let cursor = '';
      for (let page = 0; ; page += 1) {
        const answer = await world.get<Page<MigrationSummary>>(
          `/v1/migrations?wave=paged&limit=5&sort=${sort}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
        );
        seen.push(...answer.items.map(({ customerName }) => customerName));
        if (page === 0) await world.register(customer(`Paged while ${sort}`, { wave: 'paged' }));
        if (answer.nextCursor === null) break;
        cursor = answer.nextCursor;
      }
      const first = Array.from({ length: 12 }, (_, index) => `Paged ${index}`);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(first));
    }
  });

  test('are filtered by stage, wave, program, words and ends; the same filter counts in a preview', async () => {
    const world = running();
    const termEnd = await world.dayIn(300);
    const of = customer('Needle & Söhne', { wave: 'haystack', originals: [original('needle', { program: 'mpsa', termEnd })] });
    const { id } = await world.register(of);
    await world.register(customer('Straw', { wave: 'haystack', originals: [original('straw', { termEnd })] }));
    for (const query of ['program=mpsa', 'q=needle', `q=${encodeURIComponent('SÖHNE')}`, `q=${of.tenant.toUpperCase()}`]) {
      const hits = await world.migrations(`?wave=haystack&${query}`);
      expect([query, ...hits.map((hit) => hit.id)]).toEqual([query, id]);
    }
    expect(await world.migrations(`?wave=haystack&endsBefore=${termEnd}`)).toEqual([]);
    expect(await world.migrations(`?wave=haystack&endsBefore=${await world.dayIn(301)}`)).toHaveLength(2);
    for (const wildcard of ['%', '_', 'n%le', '!', '\\'])
      expect(await world.migrations(`?wave=haystack&q=${encodeURIComponent(wildcard)}`)).toEqual([]);
    const preview = await world.ask('POST', '/v1/bulk/hold', {
      body: { filter: { wave: 'haystack', program: 'mpsa' }, body: { reason: 'x' }, preview: true },
    });
    expect([preview.status, preview.body]).toEqual([200, { count: 1 }]);
  });

  test('to-dos are listed by kind and due time', async () => {
    const world = running();
    const all = await world.all<{ kind: string; dueAt: string }>('/v1/todos', 7);
    expect(all.length).toBeGreaterThan(10);
    expect(all.map(({ dueAt }) => dueAt)).toEqual(all.map(({ dueAt }) => dueAt).sort());
    const some = await world.all<{ kind: string; dueAt: string }>(
      `/v1/todos?kind=send-reminder&dueBefore=${await world.dayIn(8)}T00:00:00Z`,
    );
    expect(some.every(({ kind }) => kind === 'send-reminder')).toBe(true);
    expect((await world.ask('GET', '/v1/todos?kind=sing')).status).toBe(400);
  });
});

describe('bulk commands', () => {
  test('are previewed exactly, act on each hit once, and say what became of each', async () => {
    const world = running();
    const wave = 'bulk wave';
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) ids.push((await world.register(customer(`Bulk ${index}`, { wave }))).id);
    await world.command(ids[0]!, 'withdraw', { reason: 'not in it' });
    const filter = { wave };
    const preview = await world.ask('POST', '/v1/bulk/hold', { body: { filter, body: { reason: 'freeze' }, preview: true } });
    expect(preview.body).toEqual({ count: 7 });
    expect((await world.migration(ids[1]!)).onHold).toBe(false);
    const headers = { 'idempotency-key': 'bulk-once', 'x-actor': 'Ada' };
    const [begun, again] = [
      await world.ask<{ bulkId: string }>('POST', '/v1/bulk/hold', { body: { filter, body: { reason: 'freeze' } }, headers }),
      await world.ask<{ bulkId: string }>('POST', '/v1/bulk/hold', { body: { filter, body: { reason: 'freeze' } }, headers }),
    ];
    expect([begun.status, again.body.bulkId]).toEqual([202, begun.body.bulkId]);
    interface Run {
      readonly state: string;
      readonly results: readonly { readonly id: string; readonly status: number; readonly code?: string }[];
    }
    const runOf = () => world.get<Run>(`/v1/bulk/${begun.body.bulkId}`);
    await world.eventually('the bulk run is done', async () => (await runOf()).state === 'done');
    const { results } = await runOf();
    expect(results.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(results.find(({ id }) => id === ids[0])).toMatchObject({ status: 409, code: 'migration-closed' });
    expect(results.filter(({ status }) => status === 200)).toHaveLength(6);
    for (const id of ids.slice(1)) expect(await world.told(id, 'migration.held.v1')).toMatchObject([{ actor: 'person:Ada' }]);
  });

  test('need a filter, a known command, and a body that fits it', async () => {
    const world = running();
    const refused = async (name: string, body: object) => (await world.ask('POST', `/v1/bulk/${name}`, { body })).status;
    expect(await refused('hold', { body: { reason: 'x' } })).toBe(400);
    expect(await refused('hold', { filter: {}, body: { reason: 'x' } })).toBe(400);
    expect(await refused('hold', { filter: { wave: 'w' }, body: {} })).toBe(400);
    expect(await refused('hold', { filter: { wav: 'w' }, body: { reason: 'x' } })).toBe(400);
    expect(await refused('dance', { filter: { wave: 'w' }, body: {} })).toBe(404);
    expect((await world.ask('GET', `/v1/bulk/${guidOf('no bulk')}`)).status).toBe(404);
  });
});

describe('the overview', () => {
  test('accounts for every migration', async () => {
    const world = running();
    const rows = Array.from({ length: 25 }, (_, index) => rowsOf(customer(`Counted ${index}`))).flat();
    await world.importFile(csvOf(rows));
    const check = async () => {
      const { conservation, stages, risk } = await world.overview();
      const listed = await world.migrations('');
      expect(conservation.difference).toBe(0);
      expect(conservation.registered).toBe(listed.length);
      for (const [stage, { migrations }] of Object.entries(stages))
        expect([stage, migrations]).toEqual([stage, listed.filter((each) => each.stage === stage).length]);
      expect(Object.values(risk).reduce((sum, count) => sum + count, 0)).toBe(listed.length);
      for (const [name, count] of Object.entries(risk))
        expect([name, count]).toEqual([name, listed.filter((each) => each.risk === name).length]);
    };
    await world.advance('PT1M');
    await check();
    await world.advance('P3D');
    await check();
    await world.advance('P40D');
    await check();
    const { conservation, stages } = await world.overview();
    expect(conservation.closed).toBe(stages.declined.migrations + stages.lapsed.migrations + stages.withdrawn.migrations);
  });
});

describe('choosing a target', () => {
  test('is answered from the catalog of the customer’s country, in any case of its GUIDs', async () => {
    const world = running();
    const of = customer('Any Case');
    const body = registrationOf({ ...of, tenant: of.tenant.toUpperCase() });
    const { body: registered, status } = await world.ask<Migration>('POST', '/v1/migrations', { body });
    expect([status, registered.customerTenantId]).toEqual([201, of.tenant]);
    const line = of.originals[0]!.subscriptionId.toUpperCase();
    const chosen = await world.command(registered.id, 'choose-target', {
      originalSubscriptionId: line,
      catalogItem: CATALOG_ITEMS.m365e3,
      seats: 12,
    });
    expect(chosen.lineItems[0]).toMatchObject({ originalSubscriptionId: line.toLowerCase(), target: { seats: 12 } });
    expect(
      await world.refusal(registered.id, 'choose-target', { originalSubscriptionId: `{${line}}`, catalogItem: CATALOG_ITEMS.m365e3 }, 400),
    ).toBe('validation-failed');
  });
});
