import { openReadModelDatabase } from '#engines/sqlite';
import { plusMs } from '#kernel';
import { type ReadModelTables, createReadModelIndexes, createReadModelTables, createToDoStore } from './index.ts';
import { rowsOfToDos } from './to-do-rows-for-spec.ts';
import { NOW, describeToDoStore } from './to-do-store-cases-for-spec.ts';

describeToDoStore('to-dos in SQLite', async () => {
  const { queries: db, close } = openReadModelDatabase<ReadModelTables>(':memory:');
  await createReadModelTables(db);
  await createReadModelIndexes(db);
  return { store: createToDoStore(db), put: rowsOfToDos(db), lapse: () => Promise.resolve(plusMs(NOW, 3_600_000)), close };
});
