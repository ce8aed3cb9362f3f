import type { DatabaseSync } from 'node:sqlite';
import { SweptIndex } from './swept-index.ts';

const EVENTS_A_ROUND = 65_536;

/** At which position each event id stands. */
export function eventIdsIn(db: DatabaseSync): SweptIndex {
  const newer = db.prepare('SELECT event_id, position FROM events WHERE position > ? ORDER BY position');
  newer.setReadBigInts(true);
  const eventId = db.prepare('SELECT event_id FROM events WHERE position = ?');
  return new SweptIndex(db, {
    table: 'event_ids',
    complete: 'event_ids_complete',
    *newer(after) {
      for (const row of newer.iterate(after)) yield [row['event_id'] as Uint8Array, row['position'] as bigint];
    },
    belongsTo(position, key) {
      const event = eventId.get(position);
      return event !== undefined && Buffer.compare(event['event_id'] as Uint8Array, key) === 0;
    },
    keysARound: EVENTS_A_ROUND,
  });
}
