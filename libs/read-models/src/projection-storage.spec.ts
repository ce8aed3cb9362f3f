import { openReadModelDatabase } from '#engines/sqlite';
import { describeCheckpoint } from './checkpoint-cases-for-spec.ts';
import type { ReadModelTables } from './index.ts';

describeCheckpoint('the checkpoint, in SQLite', () => {
  const { queries: db, close } = openReadModelDatabase<ReadModelTables>(':memory:');
  return Promise.resolve({ db, close });
});
