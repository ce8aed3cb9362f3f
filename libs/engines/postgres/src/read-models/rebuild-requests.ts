import { type Kysely, sql } from 'kysely';
import type { SharedTables } from '../schema/shared-tables.ts';

export interface RebuildState {
  readonly state: 'asked' | 'running' | 'done' | 'failed';
  readonly events: number;
  readonly detail: string | null;
}

/** Rebuilds that any process may ask for and the one that follows the log carries out. */
export function createRebuildRequests(shared: Kysely<SharedTables>, version: number) {
  const one = (id: string) => shared.updateTable('read_model_rebuilds').where('id', '=', id);
  return {
    async ask(id: string): Promise<void> {
      await shared.insertInto('read_model_rebuilds').values({ id, version }).execute();
    },
    async state(id: string): Promise<RebuildState | undefined> {
      return shared.selectFrom('read_model_rebuilds').select(['state', 'events', 'detail']).where('id', '=', id).executeTakeFirst();
    },
    /** The next one to be carried out: also one that was begun by a process which did not end it. */
    async next(): Promise<string | undefined> {
      const row = await shared
        .selectFrom('read_model_rebuilds')
        .select('id')
        .where('version', '=', version)
        .where('state', 'in', ['asked', 'running'])
        .orderBy('asked_at')
        .limit(1)
        .executeTakeFirst();
      return row?.id;
    },
    async progress(id: string, events: number): Promise<void> {
      await one(id).set({ state: 'running', events }).execute();
    },
    async end(id: string, state: 'done' | 'failed', detail: string | null): Promise<void> {
      await one(id).set({ state, detail }).execute();
      await shared
        .deleteFrom('read_model_rebuilds')
        .where('state', 'in', ['done', 'failed'])
        .where('asked_at', '<', sql<Date>`clock_timestamp() - interval '7 days'`)
        .execute();
    },
  };
}

export type RebuildRequests = ReturnType<typeof createRebuildRequests>;
