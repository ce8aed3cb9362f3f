import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventLogReader } from '#engines/sqlite';
import { BEFORE_ALL } from '#kernel';
import { type MigrationEvent, type MigrationState, migrationDecider } from '#migration';
import { perSecond } from './rounds.ts';

const EVENTS_A_BATCH = 500;

/** The peer of a rebuild: reads the same log, folds with the same rules, keeps all states in memory, upserts key and JSON. Events per second. */
export async function bareRebuild(folder: string, name: string, events: number): Promise<number> {
  const reader = new EventLogReader(join(folder, 'events.db'));
  const db = new DatabaseSync(join(folder, `${name}.bare`));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE migrations (id TEXT PRIMARY KEY, state TEXT NOT NULL)');
  const upsert = db.prepare('INSERT INTO migrations (id, state) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state');
  const states = new Map<string, MigrationState>();
  const rate = await perSecond(events, async () => {
    for (let after = BEFORE_ALL, seen = 0; seen < events;) {
      const batch = reader.following(after, EVENTS_A_BATCH);
      const changed = new Set<string>();
      for (const { streamId, type, data } of batch) {
        states.set(streamId, migrationDecider.evolve(states.get(streamId) ?? null, { type, data } as MigrationEvent));
        changed.add(streamId);
      }
      db.exec('BEGIN IMMEDIATE');
      for (const id of changed) upsert.run(id, JSON.stringify(states.get(id)));
      db.exec('COMMIT');
      after = batch.at(-1)!.position;
      seen += batch.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  reader.close();
  db.close();
  return rate;
}
