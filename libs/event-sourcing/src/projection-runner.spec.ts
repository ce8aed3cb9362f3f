import { describe, expect, test } from '@jest/globals';
import { BEFORE_ALL } from '#kernel';
import type { Position } from '#kernel';
import { createCommandLoop } from './command-loop.ts';
import { CommittedPositions, NotYet } from './committed-positions.ts';
import { count, counter, counterSchemas, frozenClock } from './counter-for-spec.ts';
import { SpecLog } from './log-for-spec.ts';
import { MemoryRows } from './memory-projection-storage.ts';
import { runProjection } from './projection-runner.ts';
import { combineProjections } from './combine-projections.ts';
import { CheckpointTaken } from './projection.ts';
import type { Projection, ProjectionStorage } from './projection.ts';
import { catchUp, rebuild } from './rebuild.ts';
import type { RebuildProgress } from './rebuild.ts';

type Tx = Map<string, number>;

/** Totals by stream; `factor` stands for a change of the rows' meaning. */
function totals(factor = 1): Projection<Tx> {
  return {
    name: 'totals',
    version: factor,
    handle(rows, events, domainEvents) {
      events.forEach(({ streamId }, index) => {
        const { by } = domainEvents[index]!.data as { by: number };
        rows.set(streamId, (rows.get(streamId) ?? 0) + by * factor);
      });
    },
  };
}

const noDelay = () => Promise.resolve();

function setUp() {
  const store = new SpecLog();
  const loop = createCommandLoop({ store, decider: counter, schemas: counterSchemas, clock: frozenClock });
  const write = async (streamId: string, by = 1) => {
    const outcome = await loop.execute(streamId, count(by, `c${store.events.length}`));
    return outcome.kind === 'applied' ? outcome.position : BEFORE_ALL;
  };
  const run = (storage: ProjectionStorage<Tx>, projection = totals(), positions?: CommittedPositions) =>
    runProjection({
      store,
      schemas: counterSchemas,
      projection,
      storage,
      clock: frozenClock,
      random: () => 0,
      delay: noDelay,
      batchSize: 3,
      ...(positions && { positions }),
    });
  return { store, write, run, rows: new MemoryRows<number>() };
}

describe('projection runner', () => {
  test('reads one’s own writes and tells who wants to know which streams changed', async () => {
    const { write, run, rows } = setUp();
    const runner = run(rows.ownedBy('one'));
    const told: string[] = [];
    const leave = runner.positions.onCommitted((_, keys) => told.push(...keys));
    await write('counter-a', 2);
    await runner.positions.waitFor(await write('counter-b', 3), Infinity);
    leave();
    await runner.positions.waitFor(await write('counter-c'), Infinity);
    expect(Object.fromEntries(rows.rows)).toEqual({ 'counter-a': 2, 'counter-b': 3, 'counter-c': 1 });
    expect([...new Set(told)]).toEqual(['counter-a', 'counter-b']);
    await runner.stop();
  });

  test('rows and checkpoint are one: a batch that fails half-way leaves neither, and is handled once in the end', async () => {
    const { write, run, rows } = setUp();
    const position = await write('counter-a', 2);
    const { handle } = totals();
    let failures = 1;
    const projection: Projection<Tx> = {
      ...totals(),
      async handle(tx, events, domainEvents) {
        await handle(tx, events, domainEvents);
        if (failures-- > 0) throw new Error('half-way');
      },
    };
    const runner = run(rows.ownedBy('one'), projection);
    await runner.positions.waitFor(position, Infinity);
    expect(rows.rows.get('counter-a')).toBe(2);
    expect(rows.commits).toBe(1);
    await runner.stop();
  });

  test('of two owners of one checkpoint only one writes, and the other stops and says why', async () => {
    const { write, run, rows } = setUp();
    const first = run(rows.ownedBy('one'));
    await first.positions.waitFor(await write('counter-a'), Infinity);
    const second = run(rows.ownedBy('two'));
    const position = await write('counter-a');
    await second.positions.waitFor(position, Infinity);
    await first.stop();
    await second.stop();
    expect(rows.rows.get('counter-a')).toBe(2);
    expect(first.health()).toMatchObject({ running: false });
    expect(rows.owner).toBe('two');
  });

  test('an owner that has lost its checkpoint does not try again', async () => {
    const { write, run, rows } = setUp();
    const runner = run(rows.ownedBy('one'));
    await runner.positions.waitFor(await write('counter-a'), Infinity);
    rows.owner = 'two';
    await write('counter-a');
    while (runner.health().running) await Promise.resolve();
    expect(runner.health().lastError?.message).toMatch(/another owner/);
    expect(rows.rows.get('counter-a')).toBe(1);
  });

  test('an owner that may not have its checkpoint back ends', async () => {
    const { write, run, rows } = setUp();
    await write('counter-a');
    const storage = rows.ownedBy('one');
    const runner = run({ ...storage, checkpoint: () => Promise.reject(new CheckpointTaken('totals')) });
    await runner.ended;
    expect([runner.health().running, rows.commits]).toEqual([false, 0]);
  });

  test('rows that went back, because their database was restored, are brought up again', async () => {
    const { write, run, rows } = setUp();
    const first = run(rows.ownedBy('one'));
    await first.positions.waitFor(await write('counter-a', 2), Infinity);
    await first.stop();
    const backup = { rows: rows.rows, position: rows.position };
    const { positions } = first;
    const second = run(rows.ownedBy('two'), totals(), positions);
    await positions.waitFor(await write('counter-a', 3), Infinity);
    await second.stop();
    Object.assign(rows, backup);
    const third = run(rows.ownedBy('three'), totals(), positions);
    await positions.waitFor(await write('counter-b', 1), Infinity);
    await third.stop();
    expect(Object.fromEntries(rows.rows)).toEqual({ 'counter-a': 5, 'counter-b': 1 });
  });

  test('several projections share a transaction', async () => {
    const { write, run, rows } = setUp();
    const runner = run(rows.ownedBy('one'), combineProjections('both', [totals(1), totals(10)]));
    await runner.positions.waitFor(await write('counter-a'), Infinity);
    expect(rows.rows.get('counter-a')).toBe(11);
    await runner.stop();
  });
});

describe('rebuild beside the live copy', () => {
  test('goes on while events are written, switches once, counts each event once, and mutes effects while it builds', async () => {
    const { store, write, run, rows } = setUp();
    for (let index = 0; index < 20; index += 1) await write(`counter-${index % 4}`);
    const runner = run(rows.ownedBy('one'));
    await runner.positions.waitFor(19n as Position, Infinity);
    const told: Position[] = [];
    runner.positions.onCommitted((position) => told.push(position));

    const beside = new MemoryRows<number>();
    let readers = rows;
    const progress: RebuildProgress[] = [];
    const totalsSeen: number[] = [];
    const readAll = store.readAll.bind(store);
    store.readAll = async (options) => {
      if (progress.length < 5) await write('counter-0');
      totalsSeen.push([...readers.rows.values()].reduce((sum, total) => sum + total, 0));
      return readAll(options);
    };
    await rebuild({
      store,
      schemas: counterSchemas,
      live: runner,
      projection: totals(1),
      batchSize: 4,
      buildBeside: () => Promise.resolve(beside.ownedBy('one')),
      switchTo: () => {
        readers = beside;
        return Promise.resolve();
      },
      onProgress: (step) => progress.push(step),
    });
    const last = await write('counter-3');
    await runner.positions.waitFor(last, Infinity);
    await runner.stop();

    const expected: Record<string, number> = {};
    for (const { streamId } of store.events) expected[streamId] = (expected[streamId] ?? 0) + 1;
    expect(Object.fromEntries(beside.rows)).toEqual(expected);
    expect(totalsSeen).toEqual([...totalsSeen].sort((a, b) => a - b));
    expect(progress.at(-1)?.position).toBe(progress.at(-1)?.head);
    expect(told).toEqual([...told].sort((a, b) => Number(a - b)));
    expect(told.every((position) => position >= 19n)).toBe(true);
  });

  test('a new meaning of the rows takes over with its copy', async () => {
    const { store, write, run, rows } = setUp();
    const runner = run(rows.ownedBy('one'));
    await runner.positions.waitFor(await write('counter-a'), Infinity);
    const beside = new MemoryRows<number>();
    const buildBeside = () => Promise.resolve(beside.ownedBy('one'));
    await rebuild({ store, schemas: counterSchemas, live: runner, projection: totals(10), buildBeside, switchTo: () => Promise.resolve() });
    await runner.positions.waitFor(await write('counter-a'), Infinity);
    expect(rows.rows.get('counter-a')).toBe(1);
    expect(beside.rows.get('counter-a')).toBe(20);
    await runner.stop();
  });

  test('a copy that is ahead of the live one takes over without writing twice, and what was behind is still told', async () => {
    const { store, write, run, rows } = setUp();
    for (let index = 0; index < 8; index += 1) await write(`counter-${index}`);
    const inSecondCommit = Promise.withResolvers<undefined>();
    const goOn = Promise.withResolvers<undefined>();
    const storage = rows.ownedBy('one');
    const slow: ProjectionStorage<Tx> = {
      ...storage,
      commit: async (upTo, work) => {
        if (upTo === 5n) {
          inSecondCommit.resolve(undefined);
          await goOn.promise;
        }
        await storage.commit(upTo, work);
      },
    };
    const runner = run(slow);
    await inSecondCommit.promise;
    const told: string[] = [];
    runner.positions.onCommitted((_, keys) => told.push(...keys));

    const beside = new MemoryRows<number>();
    const buildBeside = () => Promise.resolve(beside.ownedBy('one'));
    const switchTo = () => {
      expect([rows.position, beside.position]).toEqual([5n, 7n]);
      return Promise.resolve();
    };
    let last = BEFORE_ALL;
    const onProgress = () =>
      void write('counter-7').then((position) => {
        last = position;
        goOn.resolve(undefined);
      });
    await rebuild({ store, schemas: counterSchemas, live: runner, projection: totals(), buildBeside, switchTo, onProgress });
    await runner.positions.waitFor(last, Infinity);
    await runner.stop();
    expect(Object.fromEntries(beside.rows)).toEqual({
      ...Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`counter-${index}`, 1])),
      'counter-7': 2,
    });
    expect(new Set(told)).toEqual(new Set(['counter-3', 'counter-4', 'counter-5', 'counter-6', 'counter-7']));
  });

  /** What is under way in memory comes as far as it can. */
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  test('a copy whose checkpoint cannot be read right after it took over gets no event twice', async () => {
    const { store, write, run, rows } = setUp();
    const runner = run(rows.ownedBy('one'));
    await runner.positions.waitFor(await write('counter-a'), Infinity);
    const beside = new MemoryRows<number>();
    const copy = beside.ownedBy('one');
    let failures = 0;
    const storage: ProjectionStorage<Tx> = {
      ...copy,
      checkpoint: () => (failures-- > 0 ? Promise.reject(new Error('connection lost')) : copy.checkpoint()),
    };
    await runner
      .exchange(async () => {
        // Its batch waits for the exchange to end, and is in the copy already.
        await write('counter-a');
        await turn();
        await catchUp({ store, schemas: counterSchemas, projection: totals(), storage });
        failures = 1;
        return { projection: totals(), storage };
      })
      .catch(() => undefined);
    await runner.positions.waitFor(await write('counter-b'), Infinity);
    expect(Object.fromEntries(beside.rows)).toEqual({ 'counter-a': 2, 'counter-b': 1 });
    await runner.stop();
  });

  test('a checkpoint that is read again while a copy takes over is not taken for the copy’s', async () => {
    const { store, write, run, rows } = setUp();
    const storage = rows.ownedBy('one');
    const asked = Promise.withResolvers<undefined>();
    const answer = Promise.withResolvers<undefined>();
    let failures = 0;
    const runner = run({
      checkpoint: async () => {
        const position = await storage.checkpoint();
        if (position !== BEFORE_ALL) {
          asked.resolve(undefined);
          await answer.promise;
        }
        return position;
      },
      commit: (upTo, work) => (failures-- > 0 ? Promise.reject(new Error('connection lost')) : storage.commit(upTo, work)),
    });
    await runner.positions.waitFor(await write('counter-a'), Infinity);
    failures = 1;
    await write('counter-a');
    await asked.promise;
    const beside = new MemoryRows<number>();
    const exchanged = runner.exchange(async () => {
      const copy = { projection: totals(), storage: beside.ownedBy('one') };
      await catchUp({ store, schemas: counterSchemas, ...copy });
      return copy;
    });
    await turn();
    answer.resolve(undefined);
    await exchanged;
    await runner.positions.waitFor(await write('counter-b'), Infinity);
    expect(Object.fromEntries(beside.rows)).toEqual({ 'counter-a': 2, 'counter-b': 1 });
    await runner.stop();
  });

  test('a switch that fails leaves the live copy as it was', async () => {
    const { store, write, run, rows } = setUp();
    const runner = run(rows.ownedBy('one'));
    await runner.positions.waitFor(await write('counter-a'), Infinity);
    const buildBeside = () => Promise.resolve(new MemoryRows<number>().ownedBy('one'));
    const switchTo = () => Promise.reject(new Error('no room'));
    await expect(rebuild({ store, schemas: counterSchemas, live: runner, projection: totals(), buildBeside, switchTo })).rejects.toThrow(
      'no room',
    );
    await runner.positions.waitFor(await write('counter-a'), Infinity);
    expect(rows.rows.get('counter-a')).toBe(2);
    await runner.stop();
  });

  test('an interrupted rebuild goes on at its copy’s checkpoint', async () => {
    const { store, write } = setUp();
    for (let index = 0; index < 6; index += 1) await write('counter-a');
    const beside = new MemoryRows<number>();
    const stop = new AbortController();
    const options = { store, schemas: counterSchemas, projection: totals(), storage: beside.ownedBy('one'), batchSize: 2 };
    const interrupted = catchUp({ ...options, signal: stop.signal, onProgress: () => stop.abort(new Error('stopping')) });
    await expect(interrupted).rejects.toThrow('stopping');
    expect(beside.position).toBe(1n);
    await catchUp(options);
    expect(beside.rows.get('counter-a')).toBe(6);
  });
});

describe('waiting for a position', () => {
  test('ends with NotYet when time is up or the reader leaves', async () => {
    const positions = new CommittedPositions(noDelay);
    await expect(positions.waitFor(5n as Position, 2000)).rejects.toBeInstanceOf(NotYet);
    await expect(positions.waitFor(5n as Position, Infinity, AbortSignal.abort())).rejects.toMatchObject({
      code: 'not-yet',
      reached: BEFORE_ALL,
    });
  });

  test('resolves at once for what is committed, and never goes back', async () => {
    const positions = new CommittedPositions(noDelay);
    positions.advance(5n as Position);
    positions.advance(3n as Position);
    await positions.waitFor(5n as Position, 0);
    expect(positions.current).toBe(5n);
  });

  test('a listener that throws is dropped and hinders nobody', () => {
    const positions = new CommittedPositions(noDelay);
    const told: Position[] = [];
    let calls = 0;
    positions.onCommitted(() => {
      calls += 1;
      throw new Error('gone');
    });
    positions.onCommitted((position) => told.push(position));
    positions.advance(1n as Position);
    positions.advance(2n as Position);
    expect([calls, told]).toEqual([1, [1n, 2n]]);
  });
});

test('a commit that fails after the handler makes the projection forget what it remembered', async () => {
  const { write, run, rows } = setUp();
  const remembered = new Map<string, number>();
  const projection: Projection<Tx> = {
    ...totals(),
    handle(tx, events) {
      for (const { streamId } of events) {
        remembered.set(streamId, (remembered.get(streamId) ?? tx.get(streamId) ?? 0) + 1);
        tx.set(streamId, remembered.get(streamId)!);
      }
    },
    forget: () => remembered.clear(),
  };
  const storage = rows.ownedBy('one');
  let failures = 1;
  const failing: ProjectionStorage<Tx> = {
    ...storage,
    commit: (upTo, work) =>
      storage.commit(upTo, async (tx) => {
        await work(tx);
        if (failures-- > 0) throw new Error('disk full at commit');
      }),
  };
  const runner = run(failing, projection);
  await runner.positions.waitFor(await write('counter-a'), Infinity);
  expect(rows.rows.get('counter-a')).toBe(1);
  await runner.stop();
});
