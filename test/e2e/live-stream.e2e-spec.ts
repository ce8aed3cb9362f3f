import { describe, expect, test } from '@jest/globals';
import type { MigrationSummary } from '#migration';
import { customer } from './customers.ts';
import { about, listen } from './live-events.ts';
import { runningProduct } from './running-product.ts';

const running = runningProduct();

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
