import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DatabaseSync } from 'node:sqlite';
import { derivedId } from '#kernel';
import { writeEventId } from './event-id-bytes.ts';
import { EVENT_LOG_SCHEMA } from './schema.ts';
import { SweptIndex } from './swept-index.ts';

/** Every third one has its first eight bytes, which make its slot, in common with the one before. */
function idOf(n: number): Uint8Array {
  const bytes = new Uint8Array(16);
  writeEventId(derivedId('index', String(n)), bytes, 0);
  if (n % 3 === 2) bytes.set(idOf(n - 1).subarray(0, 8));
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

describe('swept index', () => {
  test('finds every key it was given and no other, however batches, rounds and restarts fall', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ events: fc.integer({ min: 1, max: 40 }), restart: fc.boolean() }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 100 }),
        (batches, keysARound) => {
          const db = emptyLog();
          const addEvent = db.prepare("INSERT INTO events (stream, revision, event_id, type, body) VALUES (1, ?, ?, 1, '')");
          let index = indexIn(db, keysARound);
          let total = 0;
          for (const { events, restart } of batches) {
            for (let n = 0; n < events; n++, total++) {
              index.add(idOf(total), BigInt(addEvent.run(total, idOf(total)).lastInsertRowid));
            }
            index.sweep();
            if (restart) index = indexIn(db, keysARound);
            for (let n = 0; n < total; n++) {
              expect(index.find(idOf(n))).toBe(BigInt(n + 1));
              if (index.findRecent(idOf(n)) === undefined) expect(index.mayBeInFile(idOf(n))).toBe(true);
            }
            expect(index.find(idOf(total))).toBeUndefined();
            const unknown = Array.from({ length: 11 }, (_, n) => idOf((total + n + 1) * 3));
            expect(index.mayBeInFile(Buffer.concat(unknown))).toBe(false);
            if (index.findRecent(idOf(0)) === undefined) expect(index.mayBeInFile(Buffer.concat([...unknown, idOf(0)]))).toBe(true);
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
    const index = indexIn(db, 100);
    for (let n = 0; n < 1_000; n++) {
      index.add(idOf(n), BigInt(addEvent.run(n, idOf(n)).lastInsertRowid));
      index.sweep();
    }
    expect(db.prepare('SELECT count(*) AS n FROM event_ids').get()!['n']).toBeGreaterThanOrEqual(800);
    expect(db.prepare('SELECT up_to FROM event_ids_complete').get()!['up_to']).toBeGreaterThanOrEqual(800);
    db.close();
  });
});
