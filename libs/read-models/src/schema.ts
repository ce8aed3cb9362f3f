import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';
import type { ReadModelTables } from './tables.ts';

/** Grows whenever the tables change: then a new copy is built from the log. */
export const TABLES_VERSION = 5;

/**
 * Creates the tables that are not there yet: what can be written, not yet what can be asked fast. The queries are the
 * same for SQLite and PostgreSQL; where the two are made differently (a column that counts by itself, the order of texts)
 * the dialect is asked.
 */
export async function createReadModelTables(db: Kysely<ReadModelTables>): Promise<void> {
  const postgres = isPostgres(db);
  const text = textOf(postgres);
  const counting = postgres ? 'bigserial' : 'integer';
  const number = postgres ? 'bigint' : 'integer';
  const table = (name: keyof ReadModelTables) => db.schema.createTable(name).ifNotExists();
  /** Rows that change often leave room for their next version beside them. */
  const changing = (name: keyof ReadModelTables) => (postgres ? table(name).modifyEnd(sql`WITH (fillfactor = 80)`) : table(name));

  await table('terms')
    .addColumn('id', counting, (column) => column.primaryKey())
    .addColumn('text', text, (column) => column.notNull())
    .execute();
  // A text may be longer than what a sorted index of PostgreSQL takes.
  await db.schema
    .createIndex('terms_by_text')
    .ifNotExists()
    .on('terms')
    .$call((index) => (postgres ? index.using('hash') : index))
    .column('text')
    .execute();

  await changing('migrations')
    .addColumn('seq', number, (column) => column.primaryKey())
    .addColumn('customer_name', text, (column) => column.notNull())
    .addColumn('wave', text)
    .addColumn('stage', text, (column) => column.notNull())
    .addColumn('is_open', 'integer', (column) => column.notNull())
    .addColumn('gap', 'integer', (column) => column.notNull())
    .addColumn('act_from', text, (column) => column.notNull())
    .addColumn('watch_from', text, (column) => column.notNull())
    .addColumn('last_safe', text, (column) => column.notNull())
    .addColumn('first_end', text, (column) => column.notNull())
    .addColumn('programs', 'integer', (column) => column.notNull())
    .addColumn('updated_at', text, (column) => column.notNull())
    .addColumn('invited_at', text)
    .execute();
  await changing('migration_states')
    .addColumn('seq', number, (column) => column.primaryKey())
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('search', text, (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('terms', number, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .execute();

  await changing('to_dos')
    .addColumn('n', counting, (column) => column.primaryKey())
    .addColumn('migration', number, (column) => column.notNull())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('ready_at', text, (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('last_error', text)
    .addColumn('owner', text)
    .addColumn('lease_until', text)
    .addUniqueConstraint('to_dos_key', ['migration', 'key'])
    .execute();

  await changing('tallies')
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('migrations', number, (column) => column.notNull())
    .addColumn('seats', number, (column) => column.notNull())
    .addPrimaryKeyConstraint('tallies_key', ['kind', 'key'])
    .execute();

  await table('dead_letters')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('key', text, (column) => column.notNull())
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('detail', text, (column) => column.notNull())
    .addColumn('parked_at', text, (column) => column.notNull())
    .addColumn('position', text, (column) => column.notNull())
    .addColumn('message', text, (column) => column.notNull())
    .execute();

  await table('imports')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('dry_run', 'integer', (column) => column.notNull())
    .addColumn('rows', 'integer', (column) => column.notNull())
    .addColumn('accepted', 'integer', (column) => column.notNull())
    .addColumn('rejected', 'integer', (column) => column.notNull())
    .addColumn('duplicates', 'integer', (column) => column.notNull())
    .addColumn('received_at', text, (column) => column.notNull())
    .addColumn('updated_at', text, (column) => column.notNull())
    .addColumn('detail', text)
    .execute();
  await table('import_rows')
    .addColumn('import_id', text, (column) => column.notNull())
    .addColumn('line', 'integer', (column) => column.notNull())
    .addColumn('outcome', text, (column) => column.notNull())
    .addColumn('report', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('import_rows_key', ['import_id', 'line'])
    .execute();

  await table('checkpoints')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('position', text, (column) => column.notNull())
    .addColumn('owner', text, (column) => column.notNull())
    .execute();
}

/** Tables whose rows no rebuild brings back: they outlive every copy of the read models. */
export async function createOperationsTables(db: Kysely<ReadModelTables>): Promise<void> {
  const postgres = isPostgres(db);
  const text = textOf(postgres);
  await db.schema
    .createTable('idempotency_keys')
    .ifNotExists()
    .addColumn('key', text, (column) => column.primaryKey())
    .addColumn('fingerprint', text, (column) => column.notNull())
    .addColumn('answered_at', text, (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('headers', text)
    .addColumn('body', text)
    .execute();
  await db.schema
    .createTable('relay')
    .ifNotExists()
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('position', text, (column) => column.notNull())
    .execute();
  if (postgres) await createToDoClaims(db);
}

/** Claims are those of subjects, not of rows: they hold over a change from one copy of the rows to the next. */
async function createToDoClaims(db: Kysely<ReadModelTables>): Promise<void> {
  const text = textOf(true);
  await db.schema
    .createTable('to_do_claims')
    .ifNotExists()
    .addColumn('subject', text, (column) => column.primaryKey())
    .addColumn('to_do', text, (column) => column.notNull())
    .addColumn('owner', text, (column) => column.notNull())
    .addColumn('lease_until', 'timestamptz', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('to_do_claims_by_owner').ifNotExists().on('to_do_claims').column('owner').execute();
}

export function isPostgres(db: Pick<Kysely<ReadModelTables>, 'getExecutor'>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** Sorted by its bytes, as SQLite does by itself, and not as a language would. */
function textOf(postgres: boolean): 'text' | RawBuilder<unknown> {
  return postgres ? sql`text COLLATE "C"` : 'text';
}
