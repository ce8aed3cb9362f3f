import type { Kysely } from 'kysely';
import type { Instant } from '#kernel';
import type { Migration, Recorded } from '#migration';
import { type StoredTexts, migrationFrom } from './migration-text.ts';
import type { ReadModelTables } from './tables.ts';

export interface StoredMigration {
  readonly state: Migration;
  readonly recorded: Recorded;
}

interface StoredRow extends StoredTexts {
  readonly seq: number;
  readonly updated_at: string;
  readonly version: number;
}

/** Everything of a migration that its rows hold. */
export function selectStored(db: Pick<Kysely<ReadModelTables>, 'selectFrom'>) {
  return db
    .selectFrom('migration_states as states')
    .innerJoin('migrations', 'migrations.seq', 'states.seq')
    .innerJoin('terms', 'terms.id', 'states.terms')
    .select([
      'states.seq',
      'states.id',
      'customer_name',
      'wave',
      'states.search',
      'states.state',
      'terms.text as terms_text',
      'updated_at',
      'states.version',
    ]);
}

export function storedFrom(row: StoredRow): StoredMigration {
  return { state: migrationFrom(row), recorded: { updatedAt: row.updated_at as Instant, version: row.version } };
}
