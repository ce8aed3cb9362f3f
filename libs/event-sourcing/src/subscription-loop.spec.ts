import { describe, expect, test } from '@jest/globals';
import { BEFORE_ALL } from '#kernel';
import { createCommandLoop } from './command-loop.ts';
import { count, counter, counterSchemas, frozenClock } from './counter-for-spec.ts';
import type { EventBatch } from './event-store.ts';
import { SpecLog } from './log-for-spec.ts';
import { runSubscription } from './subscription-loop.ts';
import type { BatchOutcome } from './subscription-loop.ts';

const done: BatchOutcome = { kind: 'done' };

function setUp() {
  const store = new SpecLog();
  const loop = createCommandLoop({ store, decider: counter, schemas: counterSchemas, clock: frozenClock });
  const write = async (...by: number[]) => {
    for (const each of by) await loop.execute('counter-a', count(each, `c${store.events.length}`));
  };
  const seen: number[] = [];
  const waits: number[] = [];
  let checkpoint = BEFORE_ALL;
  let arrived = Promise.withResolvers<undefined>();
  const commit = (batch: EventBatch): BatchOutcome => {
    seen.push(...batch.events.map((event) => (event.data as { by: number }).by));
    checkpoint = batch.upTo;
    arrived.resolve(undefined);
    arrived = Promise.withResolvers();
    return done;
  };
  const until = async (position: number) => {
    while (checkpoint < BigInt(position)) await arrived.promise;
  };
  const run = (handle: (batch: EventBatch) => BatchOutcome | Promise<BatchOutcome> = commit, batchSize = 2) =>
    runSubscription({
      store,
      checkpoint: () => Promise.resolve(checkpoint),
      handle: async (batch) => handle(batch),
      clock: frozenClock,
      random: () => 0,
      batchSize,
      delay: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
  return { store, write, seen, waits, commit, until, run, at: () => checkpoint };
}

describe('subscription loop', () => {
  test('hands over history, then what comes', async () => {
    const { write, run, until, seen } = setUp();
    await write(1, 2, 3);
    const subscription = run();
    await until(2);
    await write(4);
    await until(3);
    await subscription.stop();
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(subscription.health()).toEqual({ running: false, position: 3n });
  });

  test('a crash after the handler and before the checkpoint delivers once more, and only from there', async () => {
    const { write, run, until, seen, commit } = setUp();
    await write(1, 2, 3, 4);
    const handled: bigint[] = [];
    let crashes = 1;
    const subscription = run((batch) => {
      handled.push(batch.upTo);
      if (batch.upTo === 3n && crashes-- > 0) throw new Error('crashed before the commit');
      return commit(batch);
    });
    await until(3);
    await subscription.stop();
    expect(handled).toEqual([1n, 3n, 3n]);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test('waits longer with each failure, starts afresh after a success, and says what is wrong meanwhile', async () => {
    const { write, run, until, waits, commit } = setUp();
    await write(1);
    let failures = 3;
    const healths: unknown[] = [];
    const subscription = run((batch) => {
      healths.push(subscription.health());
      if (failures-- > 0) throw new Error('database is away');
      return commit(batch);
    });
    await until(0);
    await subscription.stop();
    expect(waits).toEqual([50, 100, 200]);
    expect(healths[1]).toMatchObject({ running: false, lagSince: frozenClock.now(), lastError: { message: 'database is away' } });
    expect(subscription.health()).not.toHaveProperty('lastError');
  });

  test('a subscription that ends or fails by itself is taken up again from the checkpoint', async () => {
    const { store, write, run, until, seen } = setUp();
    await write(1, 2);
    const subscribe = store.subscribe.bind(store);
    let drops = 2;
    store.subscribe = async function* (options) {
      for await (const batch of subscribe({ ...options, batchSize: 1 })) {
        yield batch;
        if (drops-- > 1) throw new Error('UNAVAILABLE');
        if (drops >= 0) return;
      }
    };
    const subscription = run();
    await until(1);
    await write(3);
    await until(2);
    expect(subscription.health().running).toBe(true);
    await subscription.stop();
    expect(seen).toEqual([1, 2, 3]);
  });

  test('after a failure with nothing left to handle, the log’s word is enough to be healthy again', async () => {
    const { store, run } = setUp();
    const subscribe = store.subscribe.bind(store);
    const again = Promise.withResolvers<undefined>();
    let drops = 1;
    store.subscribe = async function* (options) {
      if (drops-- > 0) throw new Error('UNAVAILABLE');
      again.resolve(undefined);
      yield* subscribe(options);
    };
    const subscription = run();
    await again.promise;
    expect(subscription.health()).toEqual({ running: true, position: BEFORE_ALL });
    await subscription.stop();
  });

  test('retry comes again after the pause that the handler asks for', async () => {
    const { write, run, until, waits, commit } = setUp();
    await write(1);
    let asked = 1;
    const subscription = run((batch) => (asked-- > 0 ? { kind: 'retry', afterMs: 7, reason: 'not yet' } : commit(batch)));
    await until(0);
    await subscription.stop();
    expect(waits).toEqual([7]);
  });

  test('stop by the handler ends the loop and keeps the reason', async () => {
    const { write, run } = setUp();
    await write(1);
    const subscription = run(() => ({ kind: 'stop', reason: 'somebody else has it' }));
    await subscription.ended;
    expect(subscription.health()).toMatchObject({ running: false, lastError: { message: 'somebody else has it' } });
  });

  test('stop during a batch finishes that batch and begins no other', async () => {
    const { write, run, commit, at } = setUp();
    await write(1, 2, 3, 4);
    const begun = Promise.withResolvers<undefined>();
    const goOn = Promise.withResolvers<undefined>();
    const subscription = run(async (batch) => {
      begun.resolve(undefined);
      await goOn.promise;
      return commit(batch);
    });
    await begun.promise;
    const stopped = subscription.stop();
    goOn.resolve(undefined);
    await stopped;
    expect(at()).toBe(1n);
    expect(subscription.health().position).toBe(1n);
  });

  test('stop during a batch that fails leaves it to the next start', async () => {
    const { write, run, until, seen, at } = setUp();
    await write(1, 2);
    const begun = Promise.withResolvers<undefined>();
    const fail = Promise.withResolvers<undefined>();
    const first = run(async () => {
      begun.resolve(undefined);
      await fail.promise;
      throw new Error('rolled back');
    });
    await begun.promise;
    const stopped = first.stop();
    fail.resolve(undefined);
    await stopped;
    expect(at()).toBe(BEFORE_ALL);
    const second = run();
    await until(1);
    await second.stop();
    expect(seen).toEqual([1, 2]);
  });

  test('memory holds one batch: the next is made when the handler is done', async () => {
    const { store, write, run, until, commit } = setUp();
    await write(1, 2, 3, 4, 5, 6);
    const subscribe = store.subscribe.bind(store);
    let made = 0;
    let handled = 0;
    let ahead = 0;
    store.subscribe = async function* (options) {
      for await (const batch of subscribe(options)) {
        ahead = Math.max(ahead, (made += 1) - handled);
        yield batch;
      }
    };
    const subscription = run((batch) => ((handled += 1), commit(batch)));
    await until(5);
    await subscription.stop();
    expect(ahead).toBe(1);
  });
});
