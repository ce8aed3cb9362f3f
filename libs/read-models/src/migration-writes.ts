import { migrationArrayWrites } from './migration-array-writes.ts';
import { StatementForRows } from './statement-for-rows.ts';
import type { DueToDo, GoneToDo, MigrationStatesTable, MigrationsTable, TalliesTable } from './tables.ts';

/** Columns that may change after the row was made. */
const CHANGING = [
  'stage',
  'is_open',
  'gap',
  'act_from',
  'watch_from',
  'last_safe',
  'first_end',
  'programs',
  'updated_at',
  'invited_at',
] as const satisfies readonly (keyof MigrationsTable)[];
const MIGRATION_COLUMNS = ['seq', 'customer_name', 'wave', ...CHANGING] as const satisfies readonly (keyof MigrationsTable)[];

const STATE_CHANGING = ['version', 'terms', 'state'] as const satisfies readonly (keyof MigrationStatesTable)[];
const STATE_COLUMNS = ['seq', 'id', 'search', ...STATE_CHANGING] as const satisfies readonly (keyof MigrationStatesTable)[];

/** The statements with which the projection writes, for one database. */
export function createMigrationWrites() {
  const arrays = migrationArrayWrites({ migrations: CHANGING, states: STATE_CHANGING });
  return {
    migrations: new StatementForRows<MigrationsTable>(MIGRATION_COLUMNS, arrays.migrations, (tx, rows) =>
      tx
        .insertInto('migrations')
        .columns([...MIGRATION_COLUMNS])
        .values(rows.map((row) => pick(row, MIGRATION_COLUMNS)))
        .onConflict((conflict) =>
          conflict
            .column('seq')
            .doUpdateSet((row) => Object.fromEntries(CHANGING.map((column) => [column, row.ref(`excluded.${column}`)]))),
        ),
    ),
    states: new StatementForRows<MigrationStatesTable>(STATE_COLUMNS, arrays.states, (tx, rows) =>
      tx
        .insertInto('migration_states')
        .columns([...STATE_COLUMNS])
        .values(rows.map((row) => pick(row, STATE_COLUMNS)))
        .onConflict((conflict) =>
          conflict
            .column('seq')
            .doUpdateSet((row) => Object.fromEntries(STATE_CHANGING.map((column) => [column, row.ref(`excluded.${column}`)]))),
        ),
    ),
    /** What is due anew is free again. */
    due: new StatementForRows<DueToDo>(['migration', 'key', 'ready_at'], arrays.due, (tx, rows) =>
      tx
        .insertInto('to_dos')
        .columns(['migration', 'key', 'ready_at'])
        .values(rows.map(({ migration, key, ready_at }) => ({ migration, key, ready_at })))
        .onConflict((conflict) =>
          conflict
            .columns(['migration', 'key'])
            .doUpdateSet((row) => ({ ready_at: row.ref('excluded.ready_at'), owner: row.lit(null), lease_until: row.lit(null) })),
        ),
    ),
    gone: new StatementForRows<GoneToDo>(['migration', 'key'], arrays.gone, (tx, rows) =>
      tx
        .deleteFrom('to_dos')
        .where((row) => row.or(rows.map(({ migration, key }) => row.and([row('migration', '=', migration), row('key', '=', key)])))),
    ),
    sums: new StatementForRows<TalliesTable>(['kind', 'key', 'migrations', 'seats'], arrays.sums, (tx, rows) =>
      tx
        .insertInto('tallies')
        .columns(['kind', 'key', 'migrations', 'seats'])
        .values(rows.map(({ kind, key, migrations, seats }) => ({ kind, key, migrations, seats })))
        .onConflict((conflict) =>
          conflict.columns(['kind', 'key']).doUpdateSet((row) => ({
            migrations: row('tallies.migrations', '+', row.ref('excluded.migrations')),
            seats: row('tallies.seats', '+', row.ref('excluded.seats')),
          })),
        ),
    ),
  };
}

export type MigrationWrites = ReturnType<typeof createMigrationWrites>;

/** In the order of the names: that of the parameters. */
function pick<Row extends object, Name extends keyof Row>(row: Row, names: readonly Name[]): Pick<Row, Name> {
  return Object.fromEntries(names.map((name) => [name, row[name]])) as Pick<Row, Name>;
}
