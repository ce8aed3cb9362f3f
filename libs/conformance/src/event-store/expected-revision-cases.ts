import { describe, expect, test } from '@jest/globals';
import { WrongExpectedRevision } from '#event-sourcing';
import type { EventStore, ExpectedRevision } from '#event-sourcing';
import { event, events } from './sample-events.ts';
import { openedFrom } from './harness.ts';
import type { EventStoreEngine } from './harness.ts';

export function describeExpectedRevisions(engine: EventStoreEngine): void {
  describe('expected revisions', () => {
    const open = openedFrom(engine);

    test.each<[ExpectedRevision, boolean, boolean]>([
      ['no-stream', true, false],
      ['stream-exists', false, true],
      ['any', true, true],
      [{ exactly: 1 }, false, true],
      [{ exactly: 0 }, false, false],
      [{ exactly: 2 }, false, false],
    ])('%j: on no stream %s, on a stream of two events %s', async (expected, onNone, onTwo) => {
      const { store } = await open();
      await store.append('two', 'no-stream', events('two', 2));
      await holds(store.append('none', expected, [event('n')]), onNone, { streamId: 'none', expected, actual: -1 });
      await holds(store.append('two', expected, [event('t')]), onTwo, { streamId: 'two', expected, actual: 1 });
      expect(await store.readStream('none')).toHaveLength(onNone ? 1 : 0);
      expect(await store.readStream('two')).toHaveLength(onTwo ? 3 : 2);
    });

    test.each<[ExpectedRevision, number]>([
      ['no-stream', 0],
      [{ exactly: 0 }, 1],
    ])('%j: of two writers at once exactly one gets through', async (expected, before) => {
      const { store } = await open();
      for (let round = 0; round < 10; round++) {
        const stream = `stream-${round}`;
        await store.append(stream, 'any', events(`before-${round}`, before));
        const [one, other] = await race(store, expected, stream);
        expect([one, other].filter((outcome) => outcome === 'appended')).toHaveLength(1);
        expect([one, other].find((outcome) => outcome !== 'appended')).toMatchObject({ actual: before + 1 });
        expect(await store.readStream(stream)).toHaveLength(before + 2);
      }
    });

    test.each<[ExpectedRevision, number]>([
      ['any', 0],
      ['any', 1],
      ['stream-exists', 1],
    ])('%j: two writers at once both get through (after %d)', async (expected, before) => {
      const { store } = await open();
      await store.append('a', 'any', events('before', before));
      expect(await race(store, expected)).toEqual(['appended', 'appended']);
      const read = await store.readStream('a');
      expect(read.map(({ revision }) => revision)).toEqual([...Array(before + 4).keys()]);
    });

    test('"stream-exists" on no stream is refused to both of two writers', async () => {
      const { store } = await open();
      expect(await race(store, 'stream-exists')).toMatchObject([{ actual: -1 }, { actual: -1 }]);
      expect(await store.readAll()).toEqual([]);
    });

    test('a refused append leaves nothing, and the next one gets through', async () => {
      const { store } = await open();
      await expect(store.append('a', { exactly: 5 }, events('a', 3))).rejects.toBeInstanceOf(WrongExpectedRevision);
      expect(await store.readAll()).toEqual([]);
      expect(await store.append('a', 'no-stream', events('a', 3))).toMatchObject({ revision: 2, repeated: false });
    });
  });
}

async function holds(append: Promise<unknown>, allowed: boolean, refusal: object): Promise<void> {
  if (allowed) await append;
  else await expect(append).rejects.toMatchObject({ code: 'wrong-expected-revision', ...refusal });
}

/** Two appends of two events each, at once: what became of each. */
async function race(store: EventStore, expected: ExpectedRevision, stream = 'a'): Promise<unknown[]> {
  const settled = await Promise.allSettled(
    ['one', 'other'].map((writer) => store.append(stream, expected, events(`${stream}-${writer}`, 2))),
  );
  return settled.map((outcome) => (outcome.status === 'fulfilled' ? 'appended' : outcome.reason));
}
