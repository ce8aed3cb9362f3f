import { describe, expect, test } from '@jest/globals';
import { plusMs } from '#kernel';
import type { Instant, Position } from '#kernel';
import { MemoryToDoStore } from './memory-to-do-store.ts';
import { createToDoExecutor } from './to-do-executor.ts';
import type { ToDoExecutorOptions } from './to-do-executor.ts';
import type { ToDo, ToDoFailure, ToDoHandler } from './to-do.ts';

const START = '2026-01-01T00:00:00.000Z' as Instant;
const MINUTE = 60_000;

const toDo = (id: string, more: Partial<ToDo> = {}): ToDo => ({
  id,
  kind: 'work',
  subjectId: `s-${id}`,
  dueAt: START,
  attempts: 0,
  data: {},
  ...more,
});

function setUp(work: ToDoHandler, more: Partial<ToDoExecutorOptions> = {}) {
  const store = new MemoryToDoStore();
  let now = START;
  const alarms: { at: Instant; ring: () => void }[] = [];
  const exhausted: ToDoFailure[] = [];
  const executor = createToDoExecutor({
    store,
    handlers: { work },
    clock: { now: () => now },
    alarm: {
      at(at, ring) {
        const alarm = { at, ring };
        alarms.push(alarm);
        return () => alarms.splice(alarms.indexOf(alarm), 1);
      },
    },
    owner: 'one',
    projectionReached: () => Promise.resolve(),
    onExhausted: (_, failure) => {
      exhausted.push(failure);
      return Promise.resolve(undefined);
    },
    ...more,
  });
  return { store, executor, exhausted, alarms, now: () => now, move: (to: Instant) => (now = to) };
}

const turns = async (many = 50) => {
  for (let turn = 0; turn < many; turn += 1) await Promise.resolve();
};

describe('to-do executor', () => {
  test('carries out what is due, in order, and what becomes due by it', async () => {
    const ran: string[] = [];
    const { store, executor } = setUp(
      ({ id }) => {
        ran.push(id);
        if (id === 'a') store.put(toDo('c'));
        return Promise.resolve({ kind: 'done' });
      },
      { concurrency: 1 },
    );
    store.put(toDo('b'));
    store.put(toDo('a', { dueAt: plusMs(START, -1) }));
    store.put(toDo('later', { dueAt: plusMs(START, 1) }));
    expect(await executor.runDue(START)).toBe(3);
    expect(ran).toEqual(['a', 'b', 'c']);
    expect([...store.rows.keys()]).toEqual(['later']);
  });

  test('failures wait longer each time, on the clock, in the same way for the same history', async () => {
    const times = async () => {
      const { store, executor, move, exhausted } = setUp(() => Promise.resolve({ kind: 'failed', code: 'no', detail: 'still no' }), {
        maxAttempts: 4,
        backOff: { baseMs: MINUTE, capMs: 3 * MINUTE },
      });
      store.put(toDo('a'));
      const waits: number[] = [];
      for (let at = START; store.rows.size > 0;) {
        await executor.runDue(move(at));
        const row = store.rows.get('a');
        if (!row) break;
        expect(row).toMatchObject({ lastError: 'no: still no', attempts: waits.length + 1 });
        waits.push(Date.parse(row.dueAt) - Date.parse(at));
        at = row.dueAt;
      }
      return { waits, exhausted };
    };
    const { waits, exhausted } = await times();
    expect(waits).toHaveLength(3);
    [1, 2, 3].forEach((minutes, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual((minutes * MINUTE) / 2);
      expect(waits[index]).toBeLessThan(minutes * MINUTE);
    });
    expect(exhausted).toEqual([{ code: 'no', detail: 'still no', attempts: 4 }]);
    expect((await times()).waits).toEqual(waits);
  });

  test('attention that cannot be raised is tried again, not forgotten', async () => {
    const { store, executor, move } = setUp(() => Promise.resolve({ kind: 'failed', code: 'no', detail: 'no' }), {
      maxAttempts: 1,
      onExhausted: () => Promise.reject(new Error('log is away')),
    });
    store.put(toDo('a'));
    await executor.runDue(START);
    expect(store.rows.get('a')).toMatchObject({ attempts: 1, lastError: 'unexpected-error: log is away' });
    await executor.runDue(move(store.rows.get('a')!.dueAt));
    expect(store.rows.get('a')).toMatchObject({ attempts: 2 });
  });

  test('a handler that throws and a kind that nobody knows are failures', async () => {
    const { store, executor } = setUp(() => Promise.reject(Object.assign(new Error('gone'), { code: 'too-much-contention' })));
    store.put(toDo('a'));
    store.put(toDo('b', { kind: 'unheard-of' }));
    await executor.runDue(START);
    expect(store.rows.get('a')).toMatchObject({ attempts: 1, lastError: 'too-much-contention: gone' });
    expect(store.rows.get('b')?.lastError).toMatch(/^unknown-to-do-kind/);
  });

  test('again waits without counting, and never at the same moment for ever', async () => {
    const { store, executor } = setUp(() => Promise.resolve({ kind: 'again', at: START, reason: 'rate budget' }));
    store.put(toDo('a', { attempts: 2 }));
    expect(await executor.runDue(START)).toBe(1);
    expect(store.rows.get('a')).toMatchObject({ attempts: 2, dueAt: plusMs(START, 1), lastError: 'rate budget' });
  });

  test('what is done is not claimed again before the projection has seen it', async () => {
    let runs = 0;
    const reached = Promise.withResolvers<undefined>();
    const { store, executor } = setUp(
      () => {
        runs += 1;
        return Promise.resolve({ kind: 'done', position: 7n as Position });
      },
      {
        projectionReached: async (position) => {
          expect(position).toBe(7n);
          await reached.promise;
        },
      },
    );
    store.put(toDo('a'));
    const run = Promise.all([executor.runDue(START), executor.runDue(plusMs(START, 10 * MINUTE))]);
    await turns();
    expect([runs, executor.state.inHand]).toEqual([1, 1]);
    reached.resolve(undefined);
    await run;
    expect([runs, store.rows.size]).toEqual([1, 0]);
  });

  test('work that became due anew while the old was in hand is kept', async () => {
    let runs = 0;
    const { store, executor } = setUp(() => {
      runs += 1;
      if (runs === 1) store.put(toDo('a', { dueAt: plusMs(START, MINUTE) }));
      return Promise.resolve({ kind: 'done' });
    });
    store.put(toDo('a'));
    await executor.runDue(START);
    expect(store.rows.get('a')).toMatchObject({ dueAt: plusMs(START, MINUTE) });
  });

  test('one to-do of a subject at a time, and no more at once than allowed', async () => {
    let inHand = 0;
    let most = 0;
    let overlaps = 0;
    const subjects = new Set<string>();
    const { store, executor } = setUp(
      async ({ subjectId }) => {
        if (subjects.has(subjectId)) overlaps += 1;
        subjects.add(subjectId);
        most = Math.max(most, (inHand += 1));
        await turns(5);
        inHand -= 1;
        subjects.delete(subjectId);
        return { kind: 'done' };
      },
      { concurrency: 3 },
    );
    for (let index = 0; index < 20; index += 1) store.put(toDo(`t${index}`, { subjectId: `s${index % 5}` }));
    expect(await executor.runDue(START)).toBe(20);
    expect([most, overlaps]).toEqual([3, 0]);
  });

  test('a store that gives out two of one subject does not make them run side by side', async () => {
    let inHand = 0;
    let most = 0;
    const { store, executor } = setUp(async () => {
      most = Math.max(most, (inHand += 1));
      await turns(5);
      inHand -= 1;
      return { kind: 'done' };
    });
    const given = [toDo('a', { subjectId: 's' }), toDo('b', { subjectId: 's' })];
    store.claimDue = () => Promise.resolve(given.splice(0));
    expect(await executor.runDue(START)).toBe(2);
    expect(most).toBe(1);
  });

  test('a paused executor takes nothing; resumed, it goes on', async () => {
    let runs = 0;
    const { store, executor } = setUp(() => {
      runs += 1;
      return Promise.resolve({ kind: 'done' });
    });
    store.put(toDo('a'));
    executor.pause();
    expect(await executor.runDue(START)).toBe(0);
    expect(await executor.participant().nextDue()).toBeUndefined();
    executor.resume();
    expect(await executor.runDue(START)).toBe(1);
    expect(runs).toBe(1);
  });

  test('started, it sleeps until the next due time, and wakes earlier when told', async () => {
    const ran: string[] = [];
    const { store, executor, alarms, move } = setUp(({ id }) => {
      ran.push(id);
      return Promise.resolve({ kind: 'done' });
    });
    store.put(toDo('a', { dueAt: plusMs(START, MINUTE) }));
    executor.start();
    await turns();
    expect(alarms.map(({ at }) => at)).toEqual([plusMs(START, MINUTE)]);
    store.put(toDo('b'));
    executor.wake();
    await turns();
    expect(ran).toEqual(['b']);
    move(plusMs(START, MINUTE));
    alarms[0]!.ring();
    await turns();
    expect(ran).toEqual(['b', 'a']);
    await executor.stop();
  });

  test('a to-do store that fails is asked again later', async () => {
    const errors: unknown[] = [];
    const { store, executor, alarms } = setUp(() => Promise.resolve({ kind: 'done' }), { onError: (error) => errors.push(error) });
    store.put(toDo('a'));
    const claimDue = store.claimDue.bind(store);
    let failures = 1;
    store.claimDue = (...parameters) => (failures-- > 0 ? Promise.reject(new Error('database is away')) : claimDue(...parameters));
    executor.start();
    await turns();
    expect(errors).toHaveLength(1);
    alarms[0]!.ring();
    await turns();
    expect(store.rows.size).toBe(0);
    await executor.stop();
  });

  test('stop finishes what is in hand and takes nothing new', async () => {
    const goOn = Promise.withResolvers<undefined>();
    const { store, executor } = setUp(
      async () => {
        await goOn.promise;
        return { kind: 'done' };
      },
      { concurrency: 1 },
    );
    store.put(toDo('a'));
    store.put(toDo('b'));
    executor.start();
    await turns();
    const stopped = executor.stop();
    goOn.resolve(undefined);
    await stopped;
    expect([...store.rows.keys()]).toEqual(['b']);
    expect(store.rows.get('b')).toEqual(toDo('b'));
  });

  test('stop with a deadline aborts the handlers and leaves their work to the next life of this owner', async () => {
    const { store, executor } = setUp(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    );
    store.put(toDo('a'));
    executor.start();
    await turns();
    const deadline = new AbortController();
    const stopped = executor.stop(deadline.signal);
    deadline.abort();
    await stopped;
    await turns();
    expect(store.rows.get('a')).toMatchObject({ attempts: 0, claim: { owner: 'one' } });

    const next = setUp(() => Promise.resolve({ kind: 'done' }), { store });
    expect(await next.executor.runDue(START)).toBe(1);
    expect(store.rows.size).toBe(0);
  });

  describe('over a store that several processes share', () => {
    /** Beats only when told. */
    function beats() {
      const waiting: { ms: number; end: () => void }[] = [];
      const delay = (ms: number, signal: AbortSignal) =>
        new Promise<void>((resolve) => {
          waiting.push({ ms, end: resolve });
          signal.addEventListener('abort', () => resolve());
        });
      return { delay, waiting, beat: () => waiting.splice(0).forEach(({ end }) => end()) };
    }

    function sharing(work: ToDoHandler) {
      const { delay, waiting, beat } = beats();
      const renewed: string[][] = [];
      const parts = setUp(work, { heartbeat: { delay } });
      const renew = (ids: readonly string[]): Promise<void> => {
        renewed.push([...ids]);
        return Promise.resolve();
      };
      Object.assign(parts.store, { renew });
      return { ...parts, waiting, beat, renewed };
    }

    test('what is in hand is kept, every three seconds, and nothing else', async () => {
      const goOn = Promise.withResolvers<undefined>();
      const { store, executor, waiting, beat, renewed } = sharing(async () => {
        await goOn.promise;
        return { kind: 'done' };
      });
      store.put(toDo('a'));
      store.put(toDo('later', { dueAt: plusMs(START, MINUTE) }));
      executor.start();
      await turns();
      expect(waiting.map(({ ms }) => ms)).toEqual([3000]);
      beat();
      await turns();
      beat();
      await turns();
      expect(renewed).toEqual([['a'], ['a']]);
      goOn.resolve(undefined);
      await turns();
      beat();
      await turns();
      expect(renewed).toHaveLength(2);
      await executor.stop();
    });

    test('each beat looks for work that another process has let lapse', async () => {
      const ran: string[] = [];
      const { store, executor, beat, alarms } = sharing(({ id }) => {
        ran.push(id);
        return Promise.resolve({ kind: 'done' });
      });
      executor.start();
      await turns();
      expect(alarms).toEqual([]);
      store.put(toDo('lapsed'));
      beat();
      await turns();
      expect(ran).toEqual(['lapsed']);
      await executor.stop();
    });

    test('a beat that fails is told, and the next one comes all the same', async () => {
      const errors: unknown[] = [];
      const { delay, beat } = beats();
      const never = new Promise<never>(() => undefined);
      const { store, executor } = setUp(() => never, { heartbeat: { delay }, onError: (error) => errors.push(error) });
      Object.assign(store, { renew: () => Promise.reject(new Error('database is away')) });
      store.put(toDo('a'));
      executor.start();
      await turns();
      beat();
      await turns();
      beat();
      await turns();
      expect(errors).toHaveLength(2);
      await executor.stop(AbortSignal.abort());
    });

    test('a moment of a driven clock is not over while another process has work of it in hand', async () => {
      const ran: string[] = [];
      const { store, executor, waiting, beat } = sharing(({ id }) => {
        ran.push(id);
        return Promise.resolve({ kind: 'done' });
      });
      let elsewhere = true;
      Object.assign(store, { dueElsewhere: () => Promise.resolve(elsewhere) });
      let over = false;
      const settled = executor
        .participant()
        .settle()
        .then(() => (over = true));
      await turns();
      expect([over, waiting.map(({ ms }) => ms)]).toEqual([false, [3000, 1000]]);
      store.put(toDo('left behind'));
      elsewhere = false;
      beat();
      await settled;
      expect(ran).toEqual(['left behind']);
      await executor.stop();
    });

    test('stop ends the beats, and a moment that waits for others', async () => {
      const { store, executor } = sharing(() => Promise.resolve({ kind: 'done' }));
      Object.assign(store, { dueElsewhere: () => Promise.resolve(true) });
      const running = executor.runDue(START);
      await turns();
      await executor.stop();
      expect(await running).toBe(0);
    });
  });
});
