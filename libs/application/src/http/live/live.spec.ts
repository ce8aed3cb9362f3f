import type { AddressInfo } from 'node:net';
import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EdgeForSpec, edgeForSpec, registrationForSpec } from '../edge-for-spec.ts';

let edge: EdgeForSpec;
let base: string;
beforeAll(async () => {
  edge = await edgeForSpec();
  await edge.app.listen({ host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${(edge.app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(() => edge.close());

type Json = ReturnType<typeof JSON.parse>;

interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: Json;
}

/** Reads the stream until enough was told, then goes. */
async function listen(until: (told: readonly Told[]) => boolean, headers: Record<string, string> = {}): Promise<Told[]> {
  const leave = new AbortController();
  const answer = await fetch(`${base}/v1/stream`, { headers, signal: leave.signal });
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const told: Told[] = [];
  const parser = createParser({
    onEvent: ({ id, event, data }) => void told.push({ id: id ?? '', event: event ?? '', data: JSON.parse(data) }),
  });
  for await (const piece of answer.body!) {
    parser.feed(Buffer.from(piece).toString('utf8'));
    if (until(told)) break;
  }
  leave.abort();
  return told;
}

async function register(): Promise<string> {
  return (await edge.app.inject({ method: 'POST', url: '/v1/migrations', payload: registrationForSpec() })).json().id;
}

const migrations = (told: readonly Told[]) => told.filter(({ event }) => event === 'migration');

test('begins with the overview, then tells what changes', async () => {
  let id = '';
  const told = await listen((events) => {
    if (events.length > 0 && id === '') void register().then((registered) => (id = registered));
    return migrations(events).length > 0;
  });
  expect(told[0]).toMatchObject({ event: 'overview', data: { conservation: { difference: 0 } } });
  expect(migrations(told)[0]).toMatchObject({ data: { id, stage: 'registered', version: 0 } });
});

test('a reader that comes back is told what changed meanwhile, each migration once', async () => {
  const [last] = await listen((events) => events.length > 0);
  const first = await register();
  const second = await register();
  for (let round = 0; round < 3; round += 1) await edge.app.inject({ method: 'POST', url: `/v1/migrations/${first}/retry` });
  await edge.caughtUp();
  const told = await listen((events) => migrations(events).length >= 2, { 'last-event-id': last!.id });
  const seen = migrations(told);
  expect(seen.map(({ data }) => data.id).sort()).toEqual([first, second].sort());
  expect(seen.find(({ data }) => data.id === first)?.data.version).toBe(3);
  // Only with the last of them is everything delivered.
  expect(seen[0]!.id).toBe(last!.id);
  expect(BigInt(seen[1]!.id)).toBe(await edge.service.store.head());
});

test('a reader of another log begins anew', async () => {
  const told = await listen((events) => events.length > 1, { 'last-event-id': '999999' });
  expect(told[0]).toMatchObject({ event: 'reset' });
  expect(told[0]!.id).toBe(String(await edge.service.store.head()));
});

test('refuses an id that is none', async () => {
  const answer = await edge.app.inject({ url: '/v1/stream', headers: { 'last-event-id': 'yesterday' } });
  expect(answer.json()).toMatchObject({ status: 400, code: 'last-event-id-invalid' });
});

test('the application can be closed while somebody listens', async () => {
  const other = await edgeForSpec();
  await other.app.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(`http://127.0.0.1:${(other.app.getHttpServer().address() as AddressInfo).port}/v1/stream`);
  await other.close();
  expect(await answer.text()).toContain('event: overview');
});
