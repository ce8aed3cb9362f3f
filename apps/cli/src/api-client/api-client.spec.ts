import { afterEach, describe, expect, test } from '@jest/globals';
import { type FakeService, type Routes, problem, startFakeService } from '../a-service-for-spec.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { liveEvents } from './live-events.ts';
import { NoAnswer, ProblemAnswer } from './problem.ts';

let service: FakeService | undefined;
afterEach(async () => service?.stop());

async function client(routes: Routes, { pauses = [] as number[], fetchWith = fetch } = {}): Promise<ApiClient> {
  service = await startFakeService(routes);
  return createApiClient({
    url: service.url,
    fetch: fetchWith,
    signal: new AbortController().signal,
    pause: async (ms) => void pauses.push(ms),
    invocationId: 'run-1',
    actor: 'ada',
  });
}

describe('a write', () => {
  test('that the service puts off is sent again after the time it said, with the same key', async () => {
    const pauses: number[] = [];
    let times = 0;
    const api = await client(
      {
        'POST /v1/x': () =>
          (times += 1) < 3 ? { ...problem(503, 'log-unavailable', 'Wait.'), headers: { 'retry-after': '2' } } : { body: { done: true } },
      },
      { pauses },
    );
    expect(await api.write('POST', '/v1/x', { body: { a: 1 } })).toEqual({ done: true });
    expect(pauses).toEqual([2000, 2000]);
    expect(service!.asked.map(({ headers, body }) => [headers['idempotency-key'], headers['x-actor'], body])).toEqual(
      Array.from({ length: 3 }, () => ['cutover-run-1-1', 'ada', '{"a":1}']),
    );
  });

  test('whose answer is lost is sent again with the same key; the next one has another', async () => {
    let times = 0;
    const api = await client({
      'POST /v1/x': (_asked, response) => {
        times += 1;
        if (times > 1) return { body: {} };
        response.destroy();
        return 'handled';
      },
    });
    await api.write('POST', '/v1/x');
    await api.write('POST', '/v1/x');
    expect(service!.asked.map(({ headers }) => headers['idempotency-key'])).toEqual([
      'cutover-run-1-1',
      'cutover-run-1-1',
      'cutover-run-1-2',
    ]);
  });

  test('that is refused is not sent again', async () => {
    const api = await client({ 'POST /v1/x': () => problem(409, 'on-hold', 'It is on hold.') });
    await expect(api.write('POST', '/v1/x')).rejects.toMatchObject({ problem: { status: 409, code: 'on-hold', detail: 'It is on hold.' } });
    expect(service!.asked).toHaveLength(1);
  });
});

describe('an answer that is no problem document', () => {
  test('is shown as it came, shortened', async () => {
    const api = await client({
      'GET /v1/x': () => ({ status: 502, headers: { 'content-type': 'text/html' }, body: `<h1>Bad Gateway</h1>${'x'.repeat(1000)}` }),
    });
    const failure: unknown = await api.get('/v1/x').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProblemAnswer);
    expect((failure as ProblemAnswer).problem).toMatchObject({
      status: 502,
      code: 'http-502',
      title: 'The service answered 502 Bad Gateway',
    });
    expect((failure as ProblemAnswer).problem.detail).toHaveLength(300);
  });
});

test('nobody there is told at once', async () => {
  const pauses: number[] = [];
  const api = await client({}, { pauses });
  await service!.stop();
  await expect(api.get('/v1/x')).rejects.toThrow(NoAnswer);
  expect(pauses).toEqual([]);
});

test('pages follow the cursor to the end', async () => {
  const api = await client({
    'GET /v1/migrations': ({ path }) => ({
      body: path.includes('cursor=c1') ? { items: [3], nextCursor: null } : { items: [1, 2], nextCursor: 'c1' },
    }),
  });
  const seen: unknown[] = [];
  for await (const page of api.pages('/v1/migrations', { stage: ['requested', 'accepted'], q: undefined, limit: 2 }))
    seen.push(...page.items);
  expect(seen).toEqual([1, 2, 3]);
  expect(service!.asked.map(({ path }) => path)).toEqual([
    '/v1/migrations?stage=requested&stage=accepted&limit=2',
    '/v1/migrations?stage=requested&stage=accepted&limit=2&cursor=c1',
  ]);
});

describe('live events', () => {
  test('go on after the last one that came when the connection breaks', async () => {
    const told: string[] = [];
    const controller = new AbortController();
    let times = 0;
    const api = await client({
      'GET /v1/stream': (_asked, response) => {
        times += 1;
        if (times === 2) return problem(503, 'starting', 'Not yet.');
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          times === 1
            ? ': hello\n\nid: 7\nevent: overview\ndata: {"n":1}\n\nid: 9\nevent: migr'
            : 'id: 9\nevent: migration\ndata: {"n":2}\n\n',
        );
        if (times === 1) setImmediate(() => response.destroy());
        return 'handled';
      },
    });
    const seen: unknown[] = [];
    const events = liveEvents({
      api,
      signal: controller.signal,
      pause: async (ms) => void told.push(`${ms} ms`),
      onConnection: (state) => told.push(state),
    });
    for await (const { event, data } of events) {
      seen.push([event, data]);
      if (seen.length === 2) controller.abort();
    }
    expect(seen).toEqual([
      ['overview', '{"n":1}'],
      ['migration', '{"n":2}'],
    ]);
    expect(service!.asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7', '7']);
    expect(told).toEqual(['lost', '500 ms', '1000 ms', 'back']);
  });

  test('a service that never answered is an error', async () => {
    const api = await client({});
    await service!.stop();
    const events = liveEvents({ api, signal: new AbortController().signal, pause: async () => undefined, onConnection: () => undefined });
    await expect(events.next()).rejects.toThrow(NoAnswer);
  });
});
