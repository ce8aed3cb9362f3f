import { type Kysely, sql } from 'kysely';

/**
 * Asks for the extension that can index parts of words. A server that does not have it, or a user who may not have it
 * made, is no hindrance: what it serves is then found by reading all rows.
 */
export async function offerTrigrams<DB>(db: Kysely<DB>, schema: string): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'`.execute(db);
  if (rows.length > 0) return;
  await sql`CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA ${sql.id(schema)}`.execute(db).catch(() => undefined);
}
