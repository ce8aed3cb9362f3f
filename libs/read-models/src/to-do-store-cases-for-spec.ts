import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Instant, derivedId, plusMs } from '#kernel';
import type { ToDoStore } from '#event-sourcing';

export const NOW = '2026-12-01T08:00:00.000Z' as Instant;
const MINUTE = 60_000;

export interface ToDoStoreForSpec {
  readonly store: ToDoStore;
  /** As the projection writes it; a key that is there is due anew. */
  put(migrationId: string, key: string, dueAt: Instant): Promise<void>;
  /** Lets every lease end. Returns a moment at which all of them have. */
  lapse(): Promise<Instant>;
  close(): Promise<void>;
}

export const migrationNumber = (number: number): string => derivedId('migration', String(number));

/** What every to-do store has to do for one executor. */
export function describeToDoStore(name: string, open: () => Promise<ToDoStoreForSpec>): void {
  describe(name, () => {
    let opened: ToDoStoreForSpec;
    const [a, b, c] = [1, 2, 3].map(migrationNumber) as [string, string, string];
    const idOf = (migrationId: string, key: string): string => `${migrationId}:${key}`;
    const claim = async (limit = 10, now = NOW, owner = 'one'): Promise<string[]> =>
      (await opened.store.claimDue(now, limit, owner, plusMs(NOW, 5 * MINUTE))).map(({ id }) => id);

    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test('gives out what is due, earliest first, with what is known of it', async () => {
      await opened.put(a, 'order:original-1:p:0', plusMs(NOW, -1));
      await opened.put(b, 'remind::r:0', plusMs(NOW, -2));
      await opened.put(c, 'remind::r:0', plusMs(NOW, 1));
      const claimed = await opened.store.claimDue(NOW, 10, 'one', plusMs(NOW, MINUTE));
      expect(claimed).toEqual([
        {
          id: idOf(b, 'remind::r:0'),
          kind: 'remind',
          subjectId: `migration-${b}`,
          dueAt: plusMs(NOW, -2),
          attempts: 0,
          data: { migrationId: b, originalSubscriptionId: null },
        },
        {
          id: idOf(a, 'order:original-1:p:0'),
          kind: 'order',
          subjectId: `migration-${a}`,
          dueAt: plusMs(NOW, -1),
          attempts: 0,
          data: { migrationId: a, originalSubscriptionId: 'original-1' },
        },
      ]);
    });

    test('gives out as many as are wanted, and none twice', async () => {
      for (const [index, id] of [a, b, c].entries()) await opened.put(id, 'k::x:0', plusMs(NOW, -10 + index));
      expect(await claim(2)).toEqual([idOf(a, 'k::x:0'), idOf(b, 'k::x:0')]);
      expect(await claim(2)).toEqual([idOf(c, 'k::x:0')]);
      expect(await claim(2)).toEqual([]);
    });

    test('at most one of a migration is in hand; the next one when it is settled', async () => {
      await opened.put(a, 'first::x:0', plusMs(NOW, -2));
      await opened.put(a, 'second::x:0', plusMs(NOW, -1));
      expect(await claim()).toEqual([idOf(a, 'first::x:0')]);
      expect(await claim(10, NOW, 'two')).toEqual([]);
      await opened.store.settle(idOf(a, 'first::x:0'), { kind: 'done' }, 'one');
      expect(await claim(10, NOW, 'two')).toEqual([idOf(a, 'second::x:0')]);
    });

    test('what is settled for later comes back then, with its attempts', async () => {
      await opened.put(a, 'k::x:0', NOW);
      await claim();
      const later = plusMs(NOW, MINUTE);
      await opened.store.settle(idOf(a, 'k::x:0'), { kind: 'again', at: later, attempts: 3, lastError: 'no: not yet' }, 'one');
      expect(await claim()).toEqual([]);
      expect(await opened.store.nextDue()).toBe(later);
      expect(await opened.store.claimDue(later, 1, 'one', plusMs(later, MINUTE))).toMatchObject([{ attempts: 3, dueAt: later }]);
    });

    test('an owner that does not have it cannot settle it', async () => {
      await opened.put(a, 'k::x:0', NOW);
      await claim();
      await opened.store.settle(idOf(a, 'k::x:0'), { kind: 'done' }, 'two');
      const now = await opened.lapse();
      expect(await claim(10, now, 'two')).toEqual([idOf(a, 'k::x:0')]);
      await opened.store.settle(idOf(a, 'k::x:0'), { kind: 'done' }, 'one');
      await opened.store.settle(idOf(a, 'k::x:0'), { kind: 'again', at: now, attempts: 1 }, 'two');
      expect(await claim(10, now, 'two')).toEqual([idOf(a, 'k::x:0')]);
    });

    test('work that became due anew while it was in hand is kept', async () => {
      await opened.put(a, 'k::x:0', NOW);
      await claim();
      await opened.put(a, 'k::x:0', plusMs(NOW, MINUTE));
      await opened.store.settle(idOf(a, 'k::x:0'), { kind: 'done' }, 'one');
      expect(await opened.store.nextDue()).toBe(plusMs(NOW, MINUTE));
      expect(await claim(10, plusMs(NOW, MINUTE))).toEqual([idOf(a, 'k::x:0')]);
    });

    test('a lease that ended gives the work to whoever asks', async () => {
      await opened.put(a, 'k::x:0', NOW);
      await claim();
      expect(await claim(10, NOW, 'two')).toEqual([]);
      expect(await claim(10, await opened.lapse(), 'two')).toEqual([idOf(a, 'k::x:0')]);
    });

    test('what an earlier life of the owner had in hand is free at once', async () => {
      await opened.put(a, 'k::x:0', NOW);
      await opened.put(b, 'k::x:0', NOW);
      expect(await claim(1, NOW, 'one')).toHaveLength(1);
      expect(await claim(1, NOW, 'two')).toHaveLength(1);
      await opened.store.release?.('one');
      expect(await claim(10, NOW, 'one')).toHaveLength(1);
    });

    test('says when the next one is due', async () => {
      expect(await opened.store.nextDue()).toBeUndefined();
      await opened.put(a, 'k::x:0', plusMs(NOW, MINUTE));
      await opened.put(b, 'k::x:0', plusMs(NOW, 2 * MINUTE));
      expect(await opened.store.nextDue()).toBe(plusMs(NOW, MINUTE));
    });
  });
}
