import { type Kysely, sql } from 'kysely';
import type { SharedTables } from '../schema/shared-tables.ts';

/** Who follows the log for all processes, as its last sign of life says. */
export interface FollowerState {
  readonly owner: string;
  /** Milliseconds since that sign, on the server's clock. */
  readonly silentMs: number;
  readonly fault: string | null;
}

export function createFollowerRow(shared: Kysely<SharedTables>, version: number) {
  return {
    async beat(owner: string, fault: string | null): Promise<void> {
      const alive_at = sql<Date>`clock_timestamp()`;
      await shared
        .insertInto('read_model_follower')
        .values({ version, owner, alive_at, fault })
        .onConflict((conflict) => conflict.column('version').doUpdateSet({ owner, alive_at, fault }))
        .execute();
    },
    /** `undefined` when nobody has ever followed. */
    async state(): Promise<FollowerState | undefined> {
      const row = await shared
        .selectFrom('read_model_follower')
        .select(['owner', 'fault'])
        .select(sql<number>`(extract(epoch from clock_timestamp() - alive_at) * 1000)::float8`.as('silentMs'))
        .where('version', '=', version)
        .executeTakeFirst();
      return row;
    },
  };
}

export type FollowerRow = ReturnType<typeof createFollowerRow>;
