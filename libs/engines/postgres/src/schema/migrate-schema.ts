import { type Kysely, sql } from 'kysely';
import { PostgresEngineError } from '../postgres-engine-error.ts';
import { lockKey } from '../sole-work/lock-key.ts';

/** A schema of ours as a list of steps: a row in it says how many of them it has seen. */
export interface SchemaSteps {
  readonly schema: string;
  readonly steps: readonly string[];
}

/**
 * Brings a schema up to date, whoever else is about to do the same at this moment.
 * @throws PostgresEngineError `schema-newer-than-program`
 */
export async function migrateSchema<DB>(db: Kysely<DB>, { schema, steps }: SchemaSteps): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${lockKey(schema, 'schema')})`.execute(tx);
    await ensureSchema(tx, schema);
    const versions = sql.table(`${schema}.schema_version`);
    await sql`CREATE TABLE IF NOT EXISTS ${versions} (version integer NOT NULL)`.execute(tx);
    const { rows } = await sql<{ version: number }>`SELECT version FROM ${versions}`.execute(tx);
    const version = rows[0]?.version ?? 0;
    if (version > steps.length) {
      throw new PostgresEngineError(
        'schema-newer-than-program',
        `the schema "${schema}" was written by a newer program (version ${version}, this one knows ${steps.length}): start that program, or restore an older backup`,
      );
    }
    if (version === steps.length) return;
    for (const step of steps.slice(version)) await sql.raw(step).execute(tx);
    await sql`DELETE FROM ${versions}`.execute(tx);
    await sql`INSERT INTO ${versions} VALUES (${steps.length})`.execute(tx);
  });
}

/** Made only where it is missing: an operator may have made it for a user who may not. */
export async function ensureSchema<DB>(db: Kysely<DB>, schema: string): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM pg_namespace WHERE nspname = ${schema}`.execute(db);
  if (rows.length === 0) await sql`CREATE SCHEMA ${sql.id(schema)}`.execute(db);
}

/** Runs the work while nobody else, in any process, runs work under the same name. */
export async function exclusively<DB, Result>(
  db: Kysely<DB>,
  namespace: string,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  return db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(${lockKey(namespace, name)})`.execute(tx);
    return work();
  });
}
