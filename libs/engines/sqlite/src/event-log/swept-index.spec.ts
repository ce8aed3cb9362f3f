import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DatabaseSync } from 'node:sqlite';
import { derivedId } from '#kernel';
import { writeEventId } from './event-id-bytes.ts';
import { EVENT_LOG_SCHEMA } from './schema.ts';
import { SweptIndex, slotAfter, slotOf, slotsOf } from './swept-index.ts';

/** Many have their first eight bytes, which make their slot, in common with others, are neighbours, or lie at the edge. */
function idOf(n: number): Uint8Array {
  const bytes = new Uint8Array(16);
  writeEventId(derivedId('index', String(n)), bytes, 0);
  const slot = new DataView(bytes.buffer);
  if (n % 3 === 2) bytes.set(idOf(n - 1).subarray(0, 8));
  if (n % 5 === 4) slot.setBigInt64(0, slotAfter(slotOf(idOf(n - 1))));
  if (n % 7 === 6) slot.setBigInt64(0, 2n ** 63n - 1n - BigInt(n % 2));
  return bytes;
}

function emptyLog(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  db.exec(EVENT_LOG_SCHEMA.steps.join(''));
  return db;
}

function indexIn(db: DatabaseSync, keysARound: number): SweptIndex {
  const newer = db.prepare('SELECT event_id, position FROM events WHERE position > ? ORDER BY position');
  const idAt = db.prepare('SELECT event_id FROM events WHERE position = ?');
  newer.setReadBigInts(true);
  newer.setReturnArrays(true);
  return new SweptIndex(db, {
    table: 'event_ids',
    complete: 'event_ids_complete',
    belongsTo: (position, key) => Buffer.from(key).equals(idAt.get(position)!['event_id'] as Uint8Array),
    newer: (after) => newer.iterate(after) as unknown as Iterable<[Uint8Array, bigint]>,
    keysARound,
  });
}

/** As the writer does it: the file is asked of all at once. */
function foundTogether(index: SweptIndex, keys: readonly Uint8Array[]): readonly (bigint | undefined)[] {
  const slots = slotsOf(Buffer.concat(keys));
  const anyInFile = index.anyInFile(slots);
  return keys.map((key, n) => (anyInFile ? index.find(key, slots[n]) : index.findHeld(key, slots[n]!)));
}

function heldBy(db: DatabaseSync): number {
  const indexed = db.prepare('SELECT count(*) AS n FROM event_ids').get()!['n'] as number;
  return (db.prepare('SELECT count(*) AS n FROM events').get()!['n'] as number) - indexed;
}

describe('swept index', () => {
  test('finds every key it was given and no other, however batches, rounds and restarts fall', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ events: fc.integer({ min: 1, max: 60 }), restart: fc.boolean() }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 200 }),
        (batches, keysARound) => {
          const db = emptyLog();
          const addEvent = db.prepare("INSERT INTO events (stream, revision, event_id, type, body) VALUES (1, ?, ?, 1, '')");
          let index = indexIn(db, keysARound);
          let total = 0;
          for (const { events, restart } of batches) {
            for (let n = 0; n < events; n++, total++) {
              const { lastInsertRowid } = addEvent.run(total, idOf(total));
              index.add(slotOf(idOf(total)), BigInt(lastInsertRowid));
            }
            index.sweep();
            if (restart) index = indexIn(db, keysARound);
            for (let n = 0; n < total; n++) {
              expect(index.find(idOf(n))).toBe(BigInt(n + 1));
              expect(foundTogether(index, [idOf(n)])).toEqual([BigInt(n + 1)]);
            }
            expect(index.find(idOf(total))).toBeUndefined();
            const unknown = Array.from({ length: 11 }, (_, n) => idOf(total + n));
            const none = unknown.map(() => undefined);
            expect(foundTogether(index, unknown)).toEqual(none);
            expect(foundTogether(index, [...unknown, idOf(0), idOf(total - 1)])).toEqual([...none, 1n, BigInt(total)]);
          }
          db.close();
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });

  test('moves keys to the file as they come, so that memory holds two rounds at most', () => {
    const db = emptyLog();
    const addEvent = db.prepare("INSERT INTO events (stream, revision, event_id, type, body) VALUES (1, ?, ?, 1, '')");
    const index = indexIn(db, 200);
    for (let n = 0; n < 2_000; n++) {
      index.add(slotOf(idOf(n)), BigInt(addEvent.run(n, idOf(n)).lastInsertRowid));
      index.sweep();
      expect(heldBy(db)).toBeLessThan(400);
    }
    expect(db.prepare('SELECT up_to FROM event_ids_complete').get()!['up_to']).toBeGreaterThanOrEqual(1_600);
    db.close();
  });

  test('starts that are closer together than a round put nothing off for ever', () => {
    const db = emptyLog();
    const addEvent = db.prepare("INSERT INTO events (stream, revision, event_id, type, body) VALUES (1, ?, ?, 1, '')");
    for (let n = 0; n < 2_000;) {
      const index = indexIn(db, 200);
      for (const next = n + 60; n < next; n++) {
        index.add(slotOf(idOf(n)), BigInt(addEvent.run(n, idOf(n)).lastInsertRowid));
        index.sweep();
      }
      expect(heldBy(db)).toBeLessThan(400);
    }
    db.close();
  });
});
