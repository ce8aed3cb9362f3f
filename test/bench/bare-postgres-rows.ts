import { EventStoreDBClient, START, excludeSystemEvents } from '@eventstore/db-client';
import { Client } from 'pg';
import { type MigrationEvent, type MigrationState, migrationDecider } from '#migration';
import { perSecond } from './rounds.ts';

/** As a copy that is built beside the one in use is written. */
const EVENTS_A_COMMIT = 2_000;

/** Rows that one transaction wrote: keys and states as JSON. */
interface Commit {
  readonly ids: readonly string[];
  readonly states: readonly string[];
}

export interface BarePostgresRows {
  /** Reads the log, folds with the same rules, keeps all states in memory, upserts key and JSON. Events a second. */
  readFoldUpsert(events: number): Promise<number>;
  /** The upserts alone, of what the last round made. Events a second. */
  upsert(events: number): Promise<number>;
  close(): Promise<void>;
}

export async function openBarePostgresRows(databaseUrl: string, eventStoreUrl: string): Promise<BarePostgresRows> {
  const log = EventStoreDBClient.connectionString(eventStoreUrl);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  let commits: Commit[] = [];

  async function emptyTable(): Promise<void> {
    await client.query('DROP TABLE IF EXISTS bare; CREATE TABLE bare (id text PRIMARY KEY, state text NOT NULL)');
  }

  async function write({ ids, states }: Commit): Promise<void> {
    await client.query('BEGIN');
    await client.query(
      'INSERT INTO bare SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
      [ids, states],
    );
    await client.query('COMMIT');
  }

  async function readFoldUpsert(events: number): Promise<void> {
    const options = { fromPosition: START, filter: excludeSystemEvents() } as const;
    const subscription = log.subscribeToAll(options, { highWaterMark: EVENTS_A_COMMIT });
    const states = new Map<string, MigrationState>();
    let changed = new Set<string>();
    let read = 0;
    commits = [];
    for await (const { event } of subscription) {
      if (!event) continue;
      const { streamId, type, data } = event;
      states.set(streamId, migrationDecider.evolve(states.get(streamId) ?? null, { type, data } as unknown as MigrationEvent));
      changed.add(streamId);
      read += 1;
      if (read % EVENTS_A_COMMIT !== 0 && read < events) continue;
      const ids = [...changed];
      const commit = { ids, states: ids.map((id) => JSON.stringify(states.get(id))) };
      await write(commit);
      commits.push(commit);
      changed = new Set();
      if (read === events) break;
    }
    await subscription.unsubscribe();
  }

  return {
    async readFoldUpsert(events) {
      await emptyTable();
      return perSecond(events, () => readFoldUpsert(events));
    },
    async upsert(events) {
      await emptyTable();
      return perSecond(events, async () => {
        for (const commit of commits) await write(commit);
      });
    },
    async close() {
      await client.end();
      await log.dispose();
    },
  };
}
