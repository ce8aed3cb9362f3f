import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DatabaseSync } from 'node:sqlite';
import { derivedId } from '#kernel';
import { writeEventId } from './event-id-bytes.ts';
import { EventIdIndex } from './event-id-index.ts';
import { EVENT_LOG_SCHEMA } from './schema.ts';

function idOf(n: number): Uint8Array {
  const bytes = new Uint8Array(16);
  writeEventId(derivedId('index', String(n)), bytes, 0);
  return bytes;
}

function emptyLog(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  db.exec(EVENT_LOG_SCHEMA.steps.join());
  return db;
}

describe('event id index', () => {
  test('finds every id it was given and no other, however batches, rounds and restarts fall', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ events: fc.integer({ min: 1, max: 40 }), restart: fc.boolean() }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 100 }),
        (batches, eventsARound) => {
          const db = emptyLog();
          const addEvent = db.prepare("INSERT INTO events (stream, revision, event_id, type, body) VALUES (1, ?, ?, 1, '')");
          let index = new EventIdIndex(db, eventsARound);
          let total = 0;
          for (const { events, restart } of batches) {
            for (let n = 0; n < events; n++, total++) {
              index.add(idOf(total), BigInt(addEvent.run(total, idOf(total)).lastInsertRowid));
            }
            index.sweep(events);
            if (restart) index = new EventIdIndex(db, eventsARound);
            for (let n = 0; n < total; n++) expect(index.find(idOf(n))).toBe(BigInt(n + 1));
            expect(index.find(idOf(total))).toBeUndefined();
          }
          db.close();
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });

  test('moves ids to the file as events come, so that memory holds two rounds at most', () => {
    const db = emptyLog();
    const addEvent = db.prepare("INSERT INTO events (stream, revision, event_id, type, body) VALUES (1, ?, ?, 1, '')");
    const index = new EventIdIndex(db, 100);
    for (let n = 0; n < 1_000; n++) {
      index.add(idOf(n), BigInt(addEvent.run(n, idOf(n)).lastInsertRowid));
      index.sweep(1);
    }
    expect(db.prepare('SELECT count(*) AS n FROM event_ids').get()!['n']).toBeGreaterThanOrEqual(800);
    expect(db.prepare('SELECT up_to FROM event_ids_complete').get()!['up_to']).toBeGreaterThanOrEqual(800);
    db.close();
  });
});
