import { describe, expect, test } from '@jest/globals';
import type { MigrationSummary } from '#migration';
import { customer } from './customers.ts';
import { runningProduct } from './running-product.ts';
import type { World } from './world.ts';

const running = runningProduct();

interface ServerEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

function eventOf(block: string): ServerEvent {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  return {
    id: field('id'),
    event: field('event'),
    data: block
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trim())
      .join('\n'),
  };
}

/** Reads the live stream until it has what is looked for; gives everything that came until then. */
async function listen(
  world: World,
  headers: Readonly<Record<string, string>>,
  enough: (seen: readonly ServerEvent[]) => boolean,
  whileOpen: () => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly ServerEvent[]> {
  const ended = new AbortController();
  const tooLong = setTimeout(() => ended.abort(), 20_000);
  const answer = await fetch(`${world.product.url}/v1/stream`, { headers, signal: ended.signal });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/event-stream/)]);
  const acting = whileOpen();
  const seen: ServerEvent[] = [];
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const piece of answer.body!) {
      text += decoder.decode(piece as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      seen.push(...blocks.map(eventOf).filter(({ event }) => event !== undefined));
      if (enough(seen)) break;
    }
  } finally {
    clearTimeout(tooLong);
    ended.abort();
    await acting;
  }
  return seen;
}

const about =
  (id: string, stage?: string) =>
  ({ event, data }: ServerEvent) =>
    event === 'migration' &&
    (JSON.parse(data) as MigrationSummary).id === id &&
    (stage === undefined || (JSON.parse(data) as MigrationSummary).stage === stage);

describe('the live stream', () => {
  test('tells of each migration that changes, with the overview, and its ids grow', async () => {
    const world = running();
    const { id } = await world.register(customer('Live'));
    const seen = await listen(
      world,
      {},
      (events) => events.some(about(id, 'requested')) && events.some(({ event }) => event === 'overview'),
      () => world.advance('PT1M'),
    );
    const summary = JSON.parse(seen.find(about(id, 'requested'))!.data) as MigrationSummary;
    const [listed] = await world.migrations(`?q=${summary.customerTenantId}`);
    expect(summary).toEqual(listed);
    const ids = seen.flatMap((each) => (each.event === 'migration' ? [Number(each.id)] : []));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  test('goes on behind Last-Event-ID: what changed meanwhile is told, what was before is not', async () => {
    const world = running();
    const first = await world.register(customer('Before'));
    await world.advance('PT1M');
    const seen = await listen(
      world,
      {},
      (events) => events.some(about(first.id)),
      () => world.command(first.id, 'hold', { reason: 'x' }),
    );
    const last = seen.findLast(about(first.id))!;
    const second = await world.register(customer('Meanwhile'));
    const again = await listen(world, { 'last-event-id': last.id! }, (events) => events.some(about(second.id)));
    expect(again.some(about(second.id))).toBe(true);
    expect(again.some(about(first.id))).toBe(false);
  });

  test('with an id that is none is 400', async () => {
    expect((await running().ask('GET', '/v1/stream', { headers: { 'last-event-id': 'yesterday' } })).status).toBe(400);
  });
});
