import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventStore } from '#engines/memory';
import { SqliteEventStore } from '#engines/sqlite';
import { compareLogs } from './compare-logs.ts';
import type { EventStore } from './event-store.ts';
import { copyLog } from './log-copy.ts';
import { history, lived, specEvent } from './logs-for-spec.ts';

let folder: string;
let files = 0;
const opened: EventStore[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-copy-'));
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

async function anEmptyLog(engine: 'memory' | 'sqlite'): Promise<EventStore> {
  const store = engine === 'memory' ? new MemoryEventStore() : await SqliteEventStore.open(join(folder, `${(files += 1)}.db`));
  opened.push(store);
  return store;
}

async function withoutPositions(store: EventStore): Promise<unknown[]> {
  return (await store.readAll()).map(({ position: _, ...event }) => event);
}

describe.each([
  ['memory', 'memory', 100],
  ['memory', 'sqlite', 8],
  ['sqlite', 'memory', 8],
  ['sqlite', 'sqlite', 4],
] as const)('a log copied from %s to %s', (fromEngine, toEngine, numRuns) => {
  test('holds every event as it was, in the same total order, however often the copy was interrupted', async () => {
    const interruptions = fc.array(
      fc.record({ afterAppends: fc.nat(6), how: fc.constantFrom('before-the-append', 'after-the-append', 'ctrl-c') }),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(history, interruptions, async (appends, breaks) => {
        const [from, to] = [await anEmptyLog(fromEngine), await anEmptyLog(toEngine)];
        await lived(from, appends);
        for (const { afterAppends, how } of breaks) await interrupted(from, to, afterAppends, how);

        const { found, written } = await copyLog({ from, to });
        expect(found + written).toBe((await from.readAll()).length);
        expect(await withoutPositions(to)).toEqual(await withoutPositions(from));
        const { same, from: source, to: target } = await compareLogs({ from, to });
        expect(same).toBe(true);
        expect(target).toEqual(source);
        expect(await copyLog({ from, to })).toEqual({ found: found + written, written: 0 });
      }),
      { numRuns },
    );
  });
});

/** A copy that ends early: the process dies before or after an append, or a person stops it. */
async function interrupted(from: EventStore, to: EventStore, afterAppends: number, how: string): Promise<void> {
  const controller = new AbortController();
  let appends = 0;
  const breaking: Pick<EventStore, 'readAll' | 'append'> = {
    readAll: (options) => to.readAll(options),
    async append(...given) {
      appends += 1;
      if (appends <= afterAppends) return to.append(...given);
      if (how === 'before-the-append') throw new Error('died');
      const result = await to.append(...given);
      if (how === 'after-the-append') throw new Error('died');
      controller.abort(new Error('died'));
      return result;
    },
  };
  await copyLog({ from, to: breaking, signal: controller.signal }).catch((error: unknown) =>
    expect(error).toMatchObject({ message: 'died' }),
  );
}

describe('copying a log', () => {
  test('appends what follows each other in one stream as one, and no more than a server takes at once', async () => {
    const from = await anEmptyLog('memory');
    await from.append('a', 'no-stream', [specEvent('1')]);
    await from.append('a', 'any', [specEvent('2'), specEvent('3')]);
    await from.append('b', 'no-stream', [specEvent('4')]);
    await from.append('a', 'any', [specEvent('5', { text: 'x'.repeat(200_000) })]);
    await from.append('a', 'any', [specEvent('6', { text: 'y'.repeat(200_000) })]);
    const to = await anEmptyLog('memory');
    const seen: unknown[] = [];
    await copyLog({
      from,
      to: {
        readAll: (options) => to.readAll(options),
        append(streamId, expected, events) {
          seen.push([streamId, expected, events.length]);
          return to.append(streamId, expected, events);
        },
      },
    });
    expect(seen).toEqual([
      ['a', 'no-stream', 3],
      ['b', 'no-stream', 1],
      ['a', { exactly: 2 }, 1],
      ['a', { exactly: 3 }, 1],
    ]);
  });

  test('tells how far it is, over what was there already, too', async () => {
    const [from, to] = [await anEmptyLog('memory'), await anEmptyLog('memory')];
    await from.append('a', 'no-stream', [specEvent('1')]);
    await copyLog({ from, to });
    await from.append('b', 'no-stream', [specEvent('2'), specEvent('3')]);
    const told: unknown[] = [];
    await copyLog({ from, to, onProgress: ({ events, last }) => told.push([events, last.position]) });
    expect(told).toEqual([
      [1, 0n],
      [3, 2n],
    ]);
  });

  test('writes nothing into a log that holds something else', async () => {
    const [from, to] = [await anEmptyLog('memory'), await anEmptyLog('memory')];
    await from.append('a', 'no-stream', [specEvent('1'), specEvent('2')]);
    await to.append('a', 'no-stream', [specEvent('1'), specEvent('other')]);
    await expect(copyLog({ from, to })).rejects.toMatchObject({
      code: 'target-log-differs',
      message: expect.stringContaining('its event 2 is spec.happened.v1 (a, revision 1)'),
    });
    expect(await to.readAll()).toHaveLength(2);
  });

  test('writes nothing into a log that holds more than the source', async () => {
    const [from, to] = [await anEmptyLog('memory'), await anEmptyLog('memory')];
    await from.append('a', 'no-stream', [specEvent('1')]);
    await copyLog({ from, to });
    await to.append('b', 'no-stream', [specEvent('2')]);
    await expect(copyLog({ from, to })).rejects.toMatchObject({
      code: 'target-log-differs',
      message: expect.stringContaining('the source ends before it'),
    });
  });

  test('notices a service that goes on writing to the source', async () => {
    const [from, to] = [await anEmptyLog('memory'), await anEmptyLog('memory')];
    await from.append('a', 'no-stream', [specEvent('1')]);
    const during = copyLog({
      from: { head: () => from.head(), readAll: (options) => from.readAll(options) },
      to: {
        readAll: (options) => to.readAll(options),
        async append(...given) {
          await from.append('b', 'any', [specEvent('2')]);
          return to.append(...given);
        },
      },
    });
    await expect(during).rejects.toMatchObject({ code: 'source-log-in-use' });
  });

  test('notices somebody else who writes to the target', async () => {
    const [from, to] = [await anEmptyLog('memory'), await anEmptyLog('memory')];
    await from.append('a', 'no-stream', [specEvent('1')]);
    const during = copyLog({
      from,
      to: {
        readAll: (options) => to.readAll(options),
        async append(...given) {
          await to.append('a', 'any', [specEvent('theirs')]);
          return to.append(...given);
        },
      },
    });
    await expect(during).rejects.toMatchObject({ code: 'target-log-in-use' });
  });

  test('does not hide that the source lacks an event', async () => {
    const [whole, to] = [await anEmptyLog('memory'), await anEmptyLog('memory')];
    await whole.append('a', 'no-stream', [specEvent('1'), specEvent('2'), specEvent('3')]);
    const from = {
      head: () => whole.head(),
      readAll: async (options?: Parameters<EventStore['readAll']>[0]) =>
        (await whole.readAll(options)).filter(({ revision }) => revision !== 1),
    };
    await expect(copyLog({ from, to })).rejects.toMatchObject({ code: 'source-log-incomplete' });
  });
});

describe('comparing logs', () => {
  test('names the first event that differs, and counts both sides to their ends', async () => {
    const [from, to] = [await anEmptyLog('memory'), await anEmptyLog('memory')];
    await from.append('a', 'no-stream', [specEvent('1'), specEvent('2')]);
    await to.append('a', 'no-stream', [specEvent('1'), specEvent('2', { name: 'another' }), specEvent('3')]);
    const { same, firstDifference, from: source, to: target } = await compareLogs({ from, to });
    expect(same).toBe(false);
    expect([source.events, target.events]).toEqual([2, 3]);
    expect(firstDifference).toMatchObject({ event: 2, from: { data: { name: '2' } }, to: { data: { name: 'another' } } });
  });

  test('names an event that one side lacks', async () => {
    const [from, to] = [await anEmptyLog('memory'), await anEmptyLog('memory')];
    await from.append('a', 'no-stream', [specEvent('1')]);
    expect(await compareLogs({ from, to })).toMatchObject({ same: false, firstDifference: { event: 1, to: null } });
    expect(await compareLogs({ from: to, to: from })).toMatchObject({ same: false, firstDifference: { event: 1, from: null } });
  });

  test('takes the same account of the same events, whatever the order in which their fields were written', async () => {
    const [from, to] = [await anEmptyLog('memory'), await anEmptyLog('sqlite')];
    await from.append('a', 'no-stream', [specEvent('1', { b: 1, a: { d: [1, null], c: 'ü' } })]);
    await to.append('a', 'no-stream', [specEvent('1', { a: { c: 'ü', d: [1, null] }, b: 1 })]);
    expect(await compareLogs({ from, to })).toMatchObject({
      same: true,
      to: { events: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });
});
