import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DatabaseSync } from 'node:sqlite';
import { GatheredReads } from './gathered-reads.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('gathered reads', () => {
  let db: DatabaseSync;
  let done: string[];
  beforeEach(() => {
    db = new DatabaseSync(':memory:');
    done = [];
  });
  afterEach(() => {
    if (db.isOpen) db.close();
  });

  /** A read of so many rows, which notes whether it shared a transaction. */
  const reading =
    (name: string, rows = 1) =>
    (): readonly string[] => {
      done.push(db.isTransaction ? `${name} together` : `${name} alone`);
      return Array.from({ length: rows }, (_, row) => `${name} ${row}`);
    };

  test('those of one turn share a transaction, in their order', async () => {
    const reads = new GatheredReads(db, 10);
    expect(await Promise.all([reads.read(reading('a')), reads.read(reading('b', 2))])).toEqual([['a 0'], ['b 0', 'b 1']]);
    expect(done).toEqual(['a together', 'b together']);
    expect(db.isTransaction).toBe(false);
  });

  test('a single one needs no transaction', async () => {
    expect(await new GatheredReads(db, 10).read(reading('a'))).toEqual(['a 0']);
    expect(done).toEqual(['a alone']);
  });

  test('what a look has no rows left for comes in the next turn, before what is asked then', async () => {
    const reads = new GatheredReads(db, 2);
    const all = Promise.all(['a', 'b', 'c'].map((name) => reads.read(reading(name))));
    await turn();
    expect(done).toEqual(['a together', 'b together']);
    const last = reads.read(reading('d'));
    await Promise.all([all, last]);
    expect(done.slice(2)).toEqual(['c together', 'd together']);
  });

  test('one that fails fails alone', async () => {
    const reads = new GatheredReads(db, 10);
    const failing = reads.read(() => {
      throw new Error('no such stream');
    });
    const [failed, read] = await Promise.allSettled([failing, reads.read(reading('a'))]);
    expect(failed).toMatchObject({ status: 'rejected', reason: new Error('no such stream') });
    expect(read).toEqual({ status: 'fulfilled', value: ['a 0'] });
    expect(db.isTransaction).toBe(false);
  });

  test('before the file is closed, what waits is read at once; what comes later is told that it is closed', async () => {
    const reads = new GatheredReads(db, 1);
    const waiting = Promise.all([reads.read(reading('a')), reads.read(reading('b'))]);
    reads.finish();
    db.close();
    expect(await waiting).toEqual([['a 0'], ['b 0']]);
    const select = (): readonly unknown[] => db.prepare('SELECT 1').all();
    const late = await Promise.allSettled([reads.read(select), reads.read(select)]);
    expect(late).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  });
});
