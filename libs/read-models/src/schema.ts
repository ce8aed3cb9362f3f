import type { Kysely } from 'kysely';
import type { ReadModelTables } from './tables.ts';

/** Creates what is not there yet. The same for SQLite and PostgreSQL. */
export async function createReadModelTables(db: Kysely<ReadModelTables>): Promise<void> {
  const table = (name: keyof ReadModelTables) => db.schema.createTable(name).ifNotExists();
  const index = (name: string, on: keyof ReadModelTables, columns: readonly string[]) => db.schema.createIndex(name).ifNotExists().on(on).columns([...columns]).execute();

  await table('migrations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('customer_tenant_id', 'text', (column) => column.notNull())
    .addColumn('customer_name', 'text', (column) => column.notNull())
    .addColumn('wave', 'text')
    .addColumn('stage', 'text', (column) => column.notNull())
    .addColumn('is_open', 'integer', (column) => column.notNull())
    .addColumn('gap', 'integer', (column) => column.notNull())
    .addColumn('act_from', 'text', (column) => column.notNull())
    .addColumn('watch_from', 'text', (column) => column.notNull())
    .addColumn('last_safe', 'text', (column) => column.notNull())
    .addColumn('first_end', 'text', (column) => column.notNull())
    .addColumn('programs', 'text', (column) => column.notNull())
    .addColumn('search', 'text', (column) => column.notNull())
    .addColumn('registered_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addColumn('invited_at', 'text')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .execute();
  await index('migrations_by_registration', 'migrations', ['registered_at', 'id']);
  await index('migrations_by_stage', 'migrations', ['stage', 'registered_at', 'id']);
  await index('migrations_by_wave', 'migrations', ['wave', 'registered_at', 'id']);
  await index('migrations_by_first_end', 'migrations', ['first_end', 'id']);
  await index('migrations_by_last_safe', 'migrations', ['last_safe', 'id']);
  await index('migrations_by_risk', 'migrations', ['is_open', 'gap', 'act_from', 'watch_from']);
  await index('migrations_by_invitation', 'migrations', ['invited_at']);
  await index('migrations_by_customer', 'migrations', ['customer_tenant_id']);

  await table('to_dos')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('migration_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('original_id', 'text')
    .addColumn('due_at', 'text', (column) => column.notNull())
    .addColumn('ready_at', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('last_error', 'text')
    .addColumn('owner', 'text')
    .addColumn('lease_until', 'text')
    .execute();
  await index('to_dos_by_ready', 'to_dos', ['ready_at', 'id']);
  await index('to_dos_by_due', 'to_dos', ['due_at', 'id']);
  await index('to_dos_by_migration', 'to_dos', ['migration_id']);

  await table('tallies')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('migrations', 'integer', (column) => column.notNull())
    .addColumn('seats', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('tallies_key', ['kind', 'key'])
    .execute();

  await table('dead_letters')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('parked_at', 'text', (column) => column.notNull())
    .addColumn('position', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .execute();
  await index('dead_letters_by_time', 'dead_letters', ['parked_at', 'id']);

  await table('imports')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('dry_run', 'integer', (column) => column.notNull())
    .addColumn('rows', 'integer', (column) => column.notNull())
    .addColumn('accepted', 'integer', (column) => column.notNull())
    .addColumn('rejected', 'integer', (column) => column.notNull())
    .addColumn('duplicates', 'integer', (column) => column.notNull())
    .addColumn('received_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    .execute();
  await table('import_rows')
    .addColumn('import_id', 'text', (column) => column.notNull())
    .addColumn('line', 'integer', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('report', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('import_rows_key', ['import_id', 'line'])
    .execute();

  await table('checkpoints')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('position', 'text', (column) => column.notNull())
    .addColumn('owner', 'text', (column) => column.notNull())
    .execute();

  await table('idempotency_keys')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('answered_at', 'text', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('headers', 'text')
    .addColumn('body', 'text')
    .execute();
}
