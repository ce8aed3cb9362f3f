import type { Instant } from '#kernel';
import type { ClockStore } from '#event-sourcing';
import type { DataFolder } from '#engines/sqlite';
import { readSmallFile, replaceSmallFile } from '../../composition/src/small-file.ts';

/** Where a driven clock stands, over restarts. */
export function clockFile(folder: DataFolder): ClockStore {
  const path = folder.file('clock');
  return {
    load: async () => (await readSmallFile(path)) as Instant | undefined,
    save: (instant) => replaceSmallFile(path, instant),
  };
}
