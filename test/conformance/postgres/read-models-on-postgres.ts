import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Postgres, openPostgres } from '#engines/postgres';
import type { ReadModelTables } from '#read-models';
import type { DatabaseForSpec } from '../../../libs/read-models/src/migration-row-cases-for-spec.ts';

/** In real time: what stands between two attempts to reach the server. */
export async function realDelay(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** As one process opens it. */
export function processOn(url: string, schema = 'cutover'): Postgres {
  return openPostgres({ url, schema, applicationName: 'spec', delay: realDelay, random: () => 0, onError: () => undefined });
}

/** Schemas without any tables, one after the other, of one database. */
export function emptySchemas(url: string): () => Promise<DatabaseForSpec> {
  let number = 0;
  return async () => {
    const schema = `empty_${(number += 1)}`;
    const postgres = processOn(url, schema);
    const { queries: db, close } = postgres.database<ReadModelTables>();
    await sql`CREATE SCHEMA ${sql.id(schema)}`.execute(db);
    await sql`CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public`.execute(db);
    return {
      db,
      async close() {
        await sql`DROP SCHEMA ${sql.id(schema)} CASCADE`.execute(db);
        await close();
        await postgres.close();
      },
    };
  };
}
