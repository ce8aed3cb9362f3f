import { describe, expect, test } from '@jest/globals';
import { derivedId } from '#kernel';
import { createCommandLoop } from './command-loop.ts';
import { TooMuchContention, UnconfirmedAppend } from './command.ts';
import { count, counter, counterSchemas, frozenClock } from './counter-for-spec.ts';
import { SpecLog } from './log-for-spec.ts';

function setUp(store = new SpecLog()) {
  const loopOn = (attempts = 8) => createCommandLoop({ store, decider: counter, schemas: counterSchemas, clock: frozenClock, attempts });
  return { store, loop: loopOn(), other: loopOn(), loopOn };
}

describe('command loop', () => {
  test('appends what was decided, with derived ids and whole metadata', async () => {
    const { store, loop } = setUp();
    const evidence = { system: 'spec', requestId: 'r', answeredAt: frozenClock.now() };
    const outcome = await loop.execute('counter-a', count(3, 'c1', { reason: 'because', evidence }));
    expect(outcome).toMatchObject({ kind: 'applied', state: { total: 3 }, revision: 0, position: 0n, repeated: false });
    expect(store.events[0]).toMatchObject({
      eventId: derivedId('c1', '0', 'counter-a'),
      metadata: {
        actor: 'person:spec',
        correlationId: 'spec',
        causationId: 'c1',
        reason: 'because',
        evidence,
        occurredAt: frozenClock.now(),
      },
    });
  });

  test('a refusal and a legal no-op write nothing', async () => {
    const { store, loop } = setUp();
    await loop.execute('counter-a', count(99, 'c1'));
    expect(await loop.execute('counter-a', count(2, 'c2'))).toMatchObject({
      kind: 'refused',
      refusal: { code: 'over-limit' },
      revision: 0,
    });
    expect(await loop.execute('counter-a', count(0, 'c3'))).toMatchObject({ kind: 'applied', events: [], revision: 0, position: 0n });
    expect(await loop.execute('counter-b', count(0, 'c4'))).toMatchObject({ kind: 'applied', events: [], revision: -1, position: -1n });
    expect(store.events).toHaveLength(1);
  });

  test('cached streams are not read again', async () => {
    const { store, loop } = setUp();
    await loop.execute('counter-a', count(1, 'c1'));
    const { reads } = store;
    await loop.execute('counter-a', count(1, 'c2'));
    expect(store.reads).toBe(reads);
  });

  test('a conflict is decided again on what the other writer wrote', async () => {
    const { loop, other } = setUp();
    await loop.execute('counter-a', count(1, 'c1'));
    await other.execute('counter-a', count(10, 'c2'));
    expect(await loop.execute('counter-a', count(1, 'c3'))).toMatchObject({ kind: 'applied', state: { total: 12 }, revision: 2 });
  });

  test('a stale cache refuses nothing and calls nothing stale', async () => {
    const { loop, other } = setUp();
    await loop.execute('counter-a', count(100, 'c1'));
    await other.execute('counter-a', count(-50, 'c2'));
    expect(await loop.execute('counter-a', count(10, 'c3', { expectedRevision: 1 }))).toMatchObject({
      kind: 'applied',
      state: { total: 60 },
    });
    expect(await loop.execute('counter-a', count(10, 'c4', { expectedRevision: 1 }))).toEqual({ kind: 'stale', revision: 2 });
  });

  test('a writer that is always faster ends in a typed error', async () => {
    const { store, loop, other, loopOn } = setUp();
    await loop.execute('counter-a', count(1, 'c1'));
    let rival = 0;
    const overtake: NonNullable<SpecLog['aroundNextAppend']> = async (proceed) => {
      await other.execute('counter-a', count(1, `rival${(rival += 1)}`));
      store.aroundNextAppend = overtake;
      return proceed();
    };
    store.aroundNextAppend = overtake;
    // The rival's own append must not be overtaken: it runs with the hook taken off.
    await expect(loopOn(3).execute('counter-a', count(1, 'c2'))).rejects.toBeInstanceOf(TooMuchContention);
    expect(rival).toBe(3);
  });

  test('a repeated command id answers like the first time, also after others and in another process', async () => {
    const { store, loop, other } = setUp();
    const first = await loop.execute('counter-a', count(3, 'c1'));
    await loop.execute('counter-a', count(4, 'c2'));
    const repeated = { ...first, repeated: true };
    expect(await loop.execute('counter-a', count(3, 'c1'))).toEqual(repeated);
    expect(await other.execute('counter-a', count(90, 'c1'))).toEqual(repeated);
    expect(store.events).toHaveLength(2);
  });

  test('a repeat that the stale cache does not know is recognised by the log', async () => {
    const { store, loop, other } = setUp();
    await loop.execute('counter-a', count(1, 'c1'));
    await other.execute('counter-a', count(2, 'c2'));
    expect(await loop.execute('counter-a', count(2, 'c2'))).toMatchObject({ kind: 'applied', repeated: true, revision: 1 });
    expect(store.events).toHaveLength(2);
  });

  test('concurrent commands of one stream are applied one after another without a conflict', async () => {
    const { store, loop } = setUp();
    let appends = 0;
    const append = store.append.bind(store);
    store.append = (...parameters) => ((appends += 1), append(...parameters));
    await Promise.all(Array.from({ length: 50 }, (_, index) => loop.execute('counter-a', count(1, `c${index}`))));
    expect((await loop.load('counter-a'))?.state).toEqual({ total: 50 });
    expect(appends).toBe(50);
  });

  test('a lost reply of an append that was written is no error', async () => {
    const { store, loop } = setUp();
    store.aroundNextAppend = (proceed) => {
      proceed();
      throw new Error('connection lost');
    };
    expect(await loop.execute('counter-a', count(3, 'c1'))).toMatchObject({
      kind: 'applied',
      repeated: false,
      revision: 0,
      state: { total: 3 },
    });
    expect(store.events).toHaveLength(1);
  });

  test('a lost reply followed by other writers still finds its own events', async () => {
    const { store, loop, other } = setUp();
    store.aroundNextAppend = async (proceed) => {
      proceed();
      await other.execute('counter-a', count(5, 'c2'));
      throw new Error('connection lost');
    };
    expect(await loop.execute('counter-a', count(3, 'c1'))).toMatchObject({
      kind: 'applied',
      repeated: false,
      revision: 0,
      state: { total: 3 },
    });
  });

  test('an append that cannot be confirmed says so, and the same command may come again', async () => {
    const { store, loop } = setUp();
    store.aroundNextAppend = () => {
      throw new Error('disk full');
    };
    await expect(loop.execute('counter-a', count(3, 'c1'))).rejects.toBeInstanceOf(UnconfirmedAppend);
    expect(await loop.execute('counter-a', count(3, 'c1'))).toMatchObject({ kind: 'applied', repeated: false });
    expect(store.events).toHaveLength(1);
  });

  test('a decided event that has no schema is an error before anything is written', async () => {
    const store = new SpecLog();
    const decider = { ...counter, decide: () => ({ kind: 'events', events: [{ type: 'counter.other.v1', data: {} } as never] }) as const };
    const loop = createCommandLoop({ store, decider, schemas: counterSchemas, clock: frozenClock });
    await expect(loop.execute('counter-a', count(1, 'c1'))).rejects.toMatchObject({ code: 'unknown-event-type' });
    expect(store.events).toHaveLength(0);
  });

  test('a stream that is not there loads as undefined', async () => {
    expect(await setUp().loop.load('counter-a')).toBeUndefined();
  });
});

describe('a command on a state that was folded elsewhere', () => {
  test('is appended where the stream still stands there, without a look at the log', async () => {
    const { store, loop, other } = setUp();
    await other.execute('counter-a', count(3, 'c1'));
    const { reads } = store;
    const outcome = await loop.executeOn({ state: { total: 3 }, revision: 0 }, 'counter-a', count(4, 'c2'));
    expect(outcome).toMatchObject({ kind: 'applied', state: { total: 7 }, revision: 1, repeated: false });
    expect(store.reads).toBe(reads);
    expect(await other.execute('counter-a', count(4, 'c2'))).toMatchObject({ kind: 'applied', state: { total: 7 }, repeated: true });
  });

  test('is left to be executed where the stream has moved on, the state refuses it, or it would change nothing', async () => {
    const { store, loop, other } = setUp();
    await other.execute('counter-a', count(3, 'c1'));
    await other.execute('counter-a', count(3, 'c2'));
    expect(await loop.executeOn({ state: { total: 3 }, revision: 0 }, 'counter-a', count(4, 'c3'))).toBeUndefined();
    expect(await loop.executeOn({ state: { total: 6 }, revision: 1 }, 'counter-a', count(99, 'c4'))).toBeUndefined();
    expect(await loop.executeOn({ state: { total: 6 }, revision: 1 }, 'counter-a', count(0, 'c5'))).toBeUndefined();
    expect(store.events).toHaveLength(2);
  });

  test('is left to be executed where its append was not answered: it is found then, and not written twice', async () => {
    const { store, loop } = setUp();
    await loop.execute('counter-a', count(3, 'c1'));
    store.aroundNextAppend = (proceed) => {
      proceed();
      throw new Error('the answer was lost');
    };
    const known = { state: { total: 3 }, revision: 0 };
    expect(await loop.executeOn(known, 'counter-a', count(4, 'c2'))).toBeUndefined();
    expect(await loop.execute('counter-a', count(4, 'c2'))).toMatchObject({ kind: 'applied', state: { total: 7 }, repeated: true });
    expect(store.events).toHaveLength(2);
  });
});
