import { openReadModelDatabase } from '#engines/sqlite';
import type { ReadModelTables } from './index.ts';
import { describeMigrationRows } from './migration-row-cases-for-spec.ts';

describeMigrationRows('the rows of migrations, in SQLite', {
  open() {
    const { queries: db, close } = openReadModelDatabase<ReadModelTables>(':memory:');
    return Promise.resolve({ db, close });
  },
  runs: 35,
});
