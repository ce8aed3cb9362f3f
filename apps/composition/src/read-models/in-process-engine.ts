import { type ReadModelDatabase, type DataFolder, openReadModelDatabase } from '#engines/sqlite';
import type { FillOptions, ReadModelEngine } from '#application';
import type { ReadModelHandles, ReadModelTables } from '#read-models';
import { fillReadModels } from './fill-read-models.ts';
import { ReadModelFiles } from './read-model-files.ts';

interface Copy extends ReadModelHandles {
  readonly path: string;
  readonly databases: readonly ReadModelDatabase<ReadModelTables>[];
}

function open(path: string): Copy {
  const write = openReadModelDatabase<ReadModelTables>(path);
  const read = openReadModelDatabase<ReadModelTables>(path);
  return { path, write: write.queries, read: read.queries, databases: [write, read] };
}

/**
 * Read models in SQLite files, to be followed in this very thread: for runs that must be the same every time. `log`: the
 * event log's own file, where there is one.
 */
export async function openInProcessReadModels(folder: DataFolder, log?: string): Promise<ReadModelEngine & { close(): Promise<void> }> {
  const files = await ReadModelFiles.open(folder);
  let current = open(files.current);
  const operations = openReadModelDatabase<ReadModelTables>(folder.file('operations.db'));
  const opened: Copy[] = [current];
  const closing = new AbortController();

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
      const copy = open(files.beside());
      opened.push(copy);
      return Promise.resolve(copy);
    },
    ...(log !== undefined && {
      fill: (handles: ReadModelHandles, { owner, eventTypes, onProgress }: FillOptions) =>
        fillReadModels({ log, copy: openedAs(handles).path, owner, eventTypes }, onProgress, closing.signal),
    }),
    async switchTo(handles) {
      const next = openedAs(handles);
      await files.switchTo(next.path);
      current = next;
    },
    async close() {
      closing.abort();
      for (const copy of opened) for (const database of copy.databases) await database.close();
      files.removeReplaced();
      await operations.close();
    },
  };
}
