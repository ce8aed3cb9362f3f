import { expect, test } from '@jest/globals';
import { derivedId } from '#kernel';
import type { Instant, Position } from '#kernel';
import { createCommandLoop } from './command-loop.ts';
import { count, counter, frozenClock } from './counter-for-spec.ts';
import type { Counted } from './counter-for-spec.ts';
import { foldAsOf } from './folded-stream.ts';
import { SpecLog } from './log-for-spec.ts';
import { MemoryRows } from './memory-projection-storage.ts';
import { runProjection } from './projection-runner.ts';
import type { Projection } from './projection.ts';
import { catchUp } from './rebuild.ts';
import { defineEventSchemas } from './schema-registry.ts';

/** Once, counts were texts; and once, they had another name. */
const schemas = defineEventSchemas<Counted>([
  { type: 'tally.added.v1', upcastTo: { type: 'tally.added.v2', up: (data) => ({ by: (data as { by: string }).by }) } },
  { type: 'tally.added.v2', upcastTo: { type: 'counter.counted.v1', up: (data) => ({ by: Number((data as { by: string }).by) }) } },
  { type: 'counter.counted.v1' },
]);

const projection: Projection<Map<string, number>> = {
  name: 'totals',
  version: 1,
  handle(rows, events, domainEvents) {
    domainEvents.forEach((event, index) => {
      const { streamId } = events[index]!;
      rows.set(streamId, (rows.get(streamId) ?? 0) + (event as Counted).data.by);
    });
  },
};

/** 2,500 events of the oldest shape: more than a page. The second 1,250 were recorded a day later. */
async function oldLog(): Promise<SpecLog> {
  const store = new SpecLog();
  const events = Array.from({ length: 2500 }, (_, index) => {
    const recordedAt = (index < 1250 ? '2026-01-01T00:00:00.000Z' : '2026-01-02T00:00:00.000Z') as Instant;
    const metadata = { occurredAt: recordedAt, recordedAt, actor: 'person:spec', correlationId: 'spec', causationId: `old-${index}` };
    return { eventId: derivedId(String(index)), type: 'tally.added.v1', data: { by: index % 2 === 0 ? '1' : '-1' }, metadata };
  });
  await store.append('counter-a', 'no-stream', [...events, { ...events[0]!, eventId: derivedId('last'), data: { by: '7' } }]);
  return store;
}

test('old shapes are today’s in a load and in a decision, over pages of a long stream', async () => {
  const store = await oldLog();
  const loop = createCommandLoop({ store, decider: counter, schemas, clock: frozenClock });
  expect(await loop.load('counter-a')).toMatchObject({ state: { total: 7 }, revision: 2500 });
  expect(await loop.execute('counter-a', count(1, 'new'))).toMatchObject({ kind: 'applied', state: { total: 8 } });
  expect(await loop.execute('counter-a', count(1, 'old-1'))).toMatchObject({
    kind: 'applied',
    repeated: true,
    revision: 1,
    state: { total: 0 },
  });
});

test('old shapes are today’s in a projection, a rebuild and a look at the past', async () => {
  const store = await oldLog();
  const live = new MemoryRows<number>();
  const runner = runProjection({
    store,
    schemas,
    projection,
    storage: live.ownedBy('one'),
    clock: frozenClock,
    random: () => 0,
    delay: () => Promise.resolve(),
  });
  await runner.positions.waitFor(2500n as Position, Infinity);
  await runner.stop();
  const beside = new MemoryRows<number>();
  await catchUp({ store, schemas, projection, storage: beside.ownedBy('one') });
  expect([live.rows.get('counter-a'), beside.rows.get('counter-a')]).toEqual([7, 7]);

  const asOf = (time: string) => foldAsOf(store, 'counter-a', counter, schemas, ({ metadata }) => metadata.recordedAt <= time);
  expect(await asOf('2026-01-01T12:00:00.000Z')).toMatchObject({ state: { total: 0 }, revision: 1249 });
  expect(await asOf('2025-12-31T00:00:00.000Z')).toBeUndefined();
});
