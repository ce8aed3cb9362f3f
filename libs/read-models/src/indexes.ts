import { type Kysely, sql } from 'kysely';
import { isPostgres } from './schema.ts';
import type { ReadModelTables } from './tables.ts';

/** Creates the indexes that are not there yet. A copy that is built anew gets them last: sorting once is less work than keeping order. */
export async function createReadModelIndexes(db: Kysely<ReadModelTables>): Promise<void> {
  const index = (name: string, on: keyof ReadModelTables, columns: readonly string[]) =>
    db.schema
      .createIndex(name)
      .ifNotExists()
      .on(on)
      .columns([...columns]);

  await index('migrations_by_stage', 'migrations', ['stage', 'seq']).execute();
  await index('migrations_by_wave', 'migrations', ['wave', 'seq']).execute();
  await index('migrations_by_programs', 'migrations', ['programs', 'seq']).execute();
  await index('migrations_by_first_end', 'migrations', ['first_end', 'seq']).execute();
  await index('migrations_by_last_safe', 'migrations', ['last_safe', 'seq']).execute();
  await index('migrations_by_update', 'migrations', ['updated_at', 'seq']).execute();
  await index('migrations_by_name', 'migrations', ['customer_name', 'seq']).execute();
  await index('migrations_by_risk', 'migrations', ['gap', 'watch_from', 'act_from']).where('is_open', '=', 1).execute();
  await index('migrations_by_invitation', 'migrations', ['invited_at']).where('invited_at', 'is not', null).execute();
  await index('to_dos_by_ready', 'to_dos', ['ready_at', 'n']).execute();
  await index('dead_letters_by_time', 'dead_letters', ['parked_at', 'id']).execute();
  if (isPostgres(db)) {
    // Every message that comes in asks whether something waits before it.
    await index('dead_letters_by_key', 'dead_letters', ['key']).execute();
    await createSearchInPostgres(db);
    // What the planner knows of the tables, and which pages an index answers for alone: else a new copy would be asked slowly.
    await sql`VACUUM (ANALYZE) migrations, migration_states, to_dos, terms, tallies`.execute(db);
  } else {
    // Where several processes share the rows, who has what in hand is not told by the rows.
    await index('to_dos_in_hand', 'to_dos', ['migration', 'lease_until']).where('owner', 'is not', null).execute();
    await createSearchInSqlite(db);
  }
}

/** `migration_search` answers `search like '%…%'`. Here it is a view, over an index of trigrams where the server has the extension (pg_trgm) for it. */
async function createSearchInPostgres(db: Kysely<ReadModelTables>): Promise<void> {
  await sql`CREATE OR REPLACE VIEW migration_search AS SELECT seq AS rowid, search FROM migration_states`.execute(db);
  const { rows } = await sql<{ schema: string }>`
    SELECT nspname AS schema FROM pg_opclass JOIN pg_namespace ON pg_namespace.oid = opcnamespace WHERE opcname = 'gin_trgm_ops'`.execute(
    db,
  );
  if (!rows[0]) return;
  const trigrams = sql.id(rows[0].schema, 'gin_trgm_ops');
  await sql`CREATE INDEX IF NOT EXISTS migration_search_trigrams ON migration_states USING gin (search ${trigrams})`.execute(db);
}

/**
 * Here `migration_search` is a full-text index of trigrams over the column, told of new rows by a trigger: an upsert that
 * finds its row does not fire it, and what is searched for never changes.
 */
async function createSearchInSqlite(db: Kysely<ReadModelTables>): Promise<void> {
  const there = await sql`SELECT 1 FROM sqlite_schema WHERE name = 'migration_search'`.execute(db);
  if (there.rows.length > 0) return;
  await db.transaction().execute(async (tx) => {
    await sql`CREATE VIRTUAL TABLE migration_search USING fts5(search, content='migration_states', content_rowid='seq', columnsize=0, detail=none, tokenize='trigram')`.execute(
      tx,
    );
    await sql`INSERT INTO migration_search (migration_search) VALUES ('rebuild')`.execute(tx);
    await sql`CREATE TRIGGER migration_search_add AFTER INSERT ON migration_states BEGIN INSERT INTO migration_search (rowid, search) VALUES (new.seq, new.search); END`.execute(
      tx,
    );
  });
}
