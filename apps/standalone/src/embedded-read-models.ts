import { readdirSync, rmSync } from 'node:fs';
import { type ReadModelDatabase, type DataFolder, openReadModelDatabase } from '#engines/sqlite';
import type { FillOptions, ReadModelEngine } from '#application';
import type { ReadModelHandles, ReadModelTables } from '#read-models';
import { fillReadModels } from './fill-read-models.ts';
import { readSmallFile, replaceSmallFile } from '../../composition/src/small-file.ts';

/** Grows whenever the tables change: then a new file is built from the log. */
const TABLES_VERSION = 3;
const POINTER = 'read-models.current';

interface Copy extends ReadModelHandles {
  readonly file: string;
  readonly databases: readonly ReadModelDatabase<ReadModelTables>[];
}

function fileOf(number: number): string {
  return `read-models.v${TABLES_VERSION}.${number}.db`;
}

/** Read models in SQLite files: one copy a file, and a small file that names the one in use. `log`: the event log's own file, where there is one. */
export async function openEmbeddedReadModels(folder: DataFolder, log?: string): Promise<ReadModelEngine & { close(): Promise<void> }> {
  const open = (file: string): Copy => {
    const write = openReadModelDatabase<ReadModelTables>(folder.file(file));
    const read = openReadModelDatabase<ReadModelTables>(folder.file(file));
    return { file, write: write.queries, read: read.queries, databases: [write, read] };
  };
  const named = (await readSmallFile(folder.file(POINTER)))?.trim();
  let current = open(named?.startsWith(`read-models.v${TABLES_VERSION}.`) ? named : fileOf(1));
  await replaceSmallFile(folder.file(POINTER), current.file);
  const operations = openReadModelDatabase<ReadModelTables>(folder.file('operations.db'));
  const opened: Copy[] = [current];
  const replaced: Copy[] = [];
  const closing = new AbortController();

  for (const file of readdirSync(folder.path)) {
    // Copies of older tables, and one whose rebuild was interrupted.
    if (/^read-models\.v\d+\.\d+\.db/.test(file) && !file.startsWith(current.file)) rmSync(folder.file(file), { force: true });
  }

  function remove(file: string): void {
    for (const ending of ['', '-wal', '-shm']) rmSync(folder.file(`${file}${ending}`), { force: true });
  }

  function openedAs(handles: ReadModelHandles): Copy {
    const copy = opened.find((candidate) => candidate.write === handles.write);
    if (!copy) throw new Error('these read models were not opened here');
    return copy;
  }

  return {
    get current() {
      return current;
    },
    operations: operations.queries,
    beside() {
      const file = fileOf(Number(current.file.split('.').at(-2)) + 1);
      remove(file);
      const copy = open(file);
      opened.push(copy);
      return Promise.resolve(copy);
    },
    ...(log !== undefined && {
      fill: (handles: ReadModelHandles, { owner, eventTypes, onProgress }: FillOptions) =>
        fillReadModels({ log, copy: folder.file(openedAs(handles).file), owner, eventTypes }, onProgress, closing.signal),
    }),
    async switchTo(handles) {
      const next = openedAs(handles);
      await replaceSmallFile(folder.file(POINTER), next.file);
      replaced.push(current);
      current = next;
    },
    async close() {
      closing.abort();
      for (const copy of opened) for (const database of copy.databases) await database.close();
      for (const copy of replaced) remove(copy.file);
      await operations.close();
    },
  };
}
