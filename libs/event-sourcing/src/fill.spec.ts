import { describe, expect, test } from '@jest/globals';
import { createCommandLoop } from './command-loop.ts';
import { count, counter, counterSchemas, frozenClock } from './counter-for-spec.ts';
import { fill } from './fill.ts';
import { SpecLog } from './log-for-spec.ts';
import { MemoryRows } from './memory-projection-storage.ts';
import { combineProjections } from './combine-projections.ts';
import type { Projection } from './projection.ts';

type Tx = Map<string, number>;

/** How often each stream has counted, and in how many batches: where it cannot fold ahead, a gathering is one batch. */
function totals(name: string): Projection<Tx> & { batches: number; forgotten: number } {
  const projection = {
    name,
    version: 1,
    batches: 0,
    forgotten: 0,
    handle(rows: Tx, events: Parameters<Projection<Tx>['handle']>[1]) {
      projection.batches += 1;
      for (const { streamId } of events) rows.set(`${name} ${streamId}`, (rows.get(`${name} ${streamId}`) ?? 0) + 1);
    },
    forget() {
      projection.forgotten += 1;
    },
  };
  return projection;
}

async function logOf(events: number): Promise<SpecLog> {
  const store = new SpecLog();
  const loop = createCommandLoop({ store, decider: counter, schemas: counterSchemas, clock: frozenClock });
  for (let index = 0; index < events; index += 1) await loop.execute('counter-a', count(1, `c${index}`));
  return store;
}

describe('filling a copy', () => {
  test('writes what it has gathered when it holds enough, and at the end', async () => {
    const store = await logOf(7);
    const [one, other, rows, told] = [totals('one'), totals('other'), new MemoryRows<number>(), [] as number[]];
    const position = await fill({
      store,
      schemas: counterSchemas,
      projection: combineProjections('both', [one, other]),
      storage: rows.ownedBy('one'),
      batchSize: 2,
      holds: 8,
      onProgress: (eventsDone) => told.push(eventsDone),
    });
    expect(rows.rows).toEqual(
      new Map([
        ['one counter-a', 7],
        ['other counter-a', 7],
      ]),
    );
    expect([rows.commits, one.batches, other.batches]).toEqual([2, 2, 2]);
    expect(told).toEqual([2, 4, 6, 7]);
    expect(position).toBe(await store.head());
    expect(rows.position).toBe(position);
  });

  test('goes on at the checkpoint, and leaves it where nothing follows', async () => {
    const store = await logOf(5);
    const [projection, rows] = [totals('one'), new MemoryRows<number>()];
    const stop = new AbortController();
    const options = { store, schemas: counterSchemas, projection, storage: rows.ownedBy('one'), batchSize: 2, holds: 2 };
    const onProgress = (eventsDone: number) => eventsDone > 2 && stop.abort(new Error('stopping'));
    await expect(fill({ ...options, holds: 3, signal: stop.signal, onProgress })).rejects.toThrow('stopping');
    await fill(options);
    await fill(options);
    expect(rows.rows.get('one counter-a')).toBe(5);
    expect(rows.position).toBe(await store.head());
  });

  test('a commit that fails is not remembered', async () => {
    const [store, projection] = [await logOf(1), totals('one')];
    const storage = { ...new MemoryRows<number>().ownedBy('one'), commit: () => Promise.reject(new Error('no room')) };
    await expect(fill({ store, schemas: counterSchemas, projection, storage, holds: 2 })).rejects.toThrow('no room');
    expect(projection.forgotten).toBe(1);
  });
});
