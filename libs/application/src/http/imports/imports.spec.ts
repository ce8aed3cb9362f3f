import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ImportFileFault } from '#imports';
import type { HttpPorts } from '../../wiring/http-ports.ts';
import { HTTP_PORTS } from '../../wiring/tokens.ts';
import { type EdgeForSpec, edgeForSpec, guidForSpec } from '../edge-for-spec.ts';

let edge: EdgeForSpec;
beforeAll(async () => {
  edge = await edgeForSpec();
});
afterAll(() => edge.close());

function upload(payload: string, url = '/v1/imports', contentType = 'text/csv; charset=utf-8') {
  return edge.app.inject({ method: 'POST', url, payload, headers: { 'content-type': contentType } });
}

test('a file is handed on as it comes, also one larger than any other body may be', async () => {
  const rows = 'x'.repeat(99).concat('\n').repeat(30_000);
  const answer = await upload(rows, '/v1/imports?dryRun=true');
  expect(answer.statusCode).toBe(202);
  expect(answer.headers).toMatchObject({ location: `/v1/imports/${answer.json().importId}` });
  expect(edge.imports).toEqual({ received: rows, dryRun: true, fault: null });
});

test('the import of a request with a key has an id that follows from it', async () => {
  const receive = jest.spyOn(edge.app.get<HttpPorts>(HTTP_PORTS).imports, 'receive');
  const keyed = (key: string) =>
    edge.app.inject({
      method: 'POST',
      url: '/v1/imports',
      payload: 'a,b\n',
      headers: { 'content-type': 'text/csv', 'idempotency-key': key },
    });
  receive.mockRejectedValueOnce(Object.assign(new Error('away'), { code: 'event-store-unreachable' }));
  expect((await keyed('one')).statusCode).toBe(503);
  for (const key of ['one', 'two']) expect((await keyed(key)).statusCode).toBe(202);
  const [lost, again, other] = receive.mock.calls.map(([, { importId }]) => importId);
  receive.mockRestore();
  expect(lost).toMatch(/^[0-9a-f-]{36}$/);
  expect(again).toBe(lost);
  expect(other).not.toBe(lost);
});

test('a fault of the whole file is a 422 that says where', async () => {
  edge.imports.fault = new ImportFileFault('unknown-column', 'There is no column "colour".', 'Leave it out.', {
    line: 1,
    column: 'colour',
  });
  const answer = await upload('colour\nred\n');
  edge.imports.fault = null;
  expect(answer.json()).toMatchObject({
    status: 422,
    code: 'unknown-column',
    line: 1,
    column: 'colour',
    errors: [{ pointer: '/colour', hint: 'Leave it out.' }],
  });
});

test.each([
  ['another content type', '/v1/imports', 'application/json', 415],
  ['a spreadsheet', '/v1/imports', 'application/vnd.ms-excel', 415],
  ['a dry run that is neither', '/v1/imports?dryRun=maybe', 'text/csv', 400],
  ['an unknown parameter', '/v1/imports?wet=true', 'text/csv', 400],
])('refuses %s', async (_, url, contentType, status) => {
  expect((await upload('{}', url, contentType)).json()).toMatchObject({ status });
});

test('rows are listed by page and outcome, and go out as CSV as a whole', async () => {
  const id = guidForSpec(42);
  const outcomes = Array.from({ length: 1_200 }, (_, index) =>
    index % 3 === 0
      ? { line: index + 2, outcome: 'rejected' as const, code: 'no-such-date', column: 'term_end', hint: '=1+1', warnings: [] }
      : { line: index + 2, outcome: 'accepted' as const, warnings: [], migrationId: guidForSpec(index) },
  );
  const event = (type: string, data: object, index: number) => ({
    eventId: guidForSpec(7_000 + index),
    type,
    data,
    metadata: { occurredAt: edge.clock.now(), recordedAt: edge.clock.now(), actor: 'import', correlationId: id, causationId: id },
  });
  await edge.service.store.append(`import-${id}`, 'any', [
    event('import.received.v1', { at: edge.clock.now(), importId: id, rows: 1_200 }, 0),
    event('import.rows-accounted.v1', { outcomes, lastRow: 1_200 }, 1),
    event('import.finished.v1', { at: edge.clock.now(), counts: { rows: 1_200, accepted: 800, rejected: 400, duplicates: 0 } }, 2),
  ]);
  await edge.caughtUp();
  expect((await edge.app.inject({ url: `/v1/imports/${id}` })).json()).toMatchObject({
    id,
    state: 'done',
    rows: 1_200,
    accepted: 800,
    rejected: 400,
    duplicates: 0,
  });
  const page = (await edge.app.inject({ url: `/v1/imports/${id}/rows?outcome=rejected&limit=2` })).json();
  expect(page.items).toMatchObject([{ line: 2, code: 'no-such-date', column: 'term_end' }, { line: 5 }]);
  const next = (await edge.app.inject({ url: `/v1/imports/${id}/rows?outcome=rejected&limit=2&cursor=${page.nextCursor}` })).json();
  expect(next.items[0].line).toBe(8);
  expect((await edge.app.inject({ url: `/v1/imports/${id}/rows?outcome=odd` })).json()).toMatchObject({ status: 400 });
  expect((await edge.app.inject({ url: `/v1/imports/${id}/rows?cursor=${page.nextCursor}x` })).json()).toMatchObject({ status: 400 });

  const csv = await edge.app.inject({ url: `/v1/imports/${id}/rows`, headers: { accept: 'text/csv' } });
  const lines = csv.body.trimEnd().split('\r\n');
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(lines).toHaveLength(1_201);
  expect(lines[1]).toContain("'=1+1");
});
