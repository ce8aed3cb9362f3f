import { type ColumnTypes, StatementForArrays, replaced, upsertText } from './statement-for-arrays.ts';
import type { DueToDo, GoneToDo, MigrationStatesTable, MigrationsTable, TalliesTable } from './tables.ts';

const MIGRATIONS: ColumnTypes<MigrationsTable> = {
  seq: 'bigint',
  customer_name: 'text',
  wave: 'text',
  stage: 'text',
  is_open: 'integer',
  gap: 'integer',
  act_from: 'text',
  watch_from: 'text',
  last_safe: 'text',
  first_end: 'text',
  programs: 'integer',
  updated_at: 'text',
  invited_at: 'text',
};
const STATES: ColumnTypes<MigrationStatesTable> = {
  seq: 'bigint',
  id: 'text',
  search: 'text',
  version: 'integer',
  terms: 'bigint',
  state: 'text',
};
const DUE: ColumnTypes<DueToDo> = { migration: 'bigint', key: 'text', ready_at: 'text' };
const GONE: ColumnTypes<GoneToDo> = { migration: 'bigint', key: 'text' };
const SUMS: ColumnTypes<TalliesTable> = { kind: 'text', key: 'text', migrations: 'bigint', seats: 'bigint' };

/** What `migration-writes.ts` says, in the form that PostgreSQL carries out fastest. */
export function migrationArrayWrites(changing: {
  readonly migrations: readonly (keyof MigrationsTable)[];
  readonly states: readonly (keyof MigrationStatesTable)[];
}) {
  return {
    migrations: new StatementForArrays(MIGRATIONS, upsertText('migrations', MIGRATIONS, ['seq'], replaced(changing.migrations))),
    states: new StatementForArrays(STATES, upsertText('migration_states', STATES, ['seq'], replaced(changing.states))),
    due: new StatementForArrays(
      DUE,
      upsertText('to_dos', DUE, ['migration', 'key'], [...replaced(['ready_at']), 'owner = NULL', 'lease_until = NULL']),
    ),
    gone: new StatementForArrays(
      GONE,
      (given) => `DELETE FROM to_dos USING ${given} WHERE to_dos.migration = given.migration AND to_dos.key = given.key`,
    ),
    sums: new StatementForArrays(
      SUMS,
      upsertText(
        'tallies',
        SUMS,
        ['kind', 'key'],
        ['migrations = tallies.migrations + excluded.migrations', 'seats = tallies.seats + excluded.seats'],
      ),
    ),
  };
}
