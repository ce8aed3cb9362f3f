import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where an uploaded file waits until each of its rows has its outcome. */
export interface ImportSpool {
  write(importId: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  read(importId: string): AsyncIterable<Uint8Array>;
  remove(importId: string): Promise<void>;
  /** Of all files that wait; absent where what nobody waits for any more is not looked for. */
  ids?(): Promise<readonly string[]>;
}

const ENDING = '.csv';

/** A folder of files; they hold customers' names, so only the service's own user may read them. */
export function createImportSpool(folder: string): ImportSpool {
  const pathOf = (importId: string): string => join(folder, `${importId}${ENDING}`);
  return {
    async write(importId, source) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await pipeline(Readable.from(source), createWriteStream(pathOf(importId), { mode: 0o600, flush: true }));
    },
    read: (importId) => createReadStream(pathOf(importId)),
    remove: (importId) => rm(pathOf(importId), { force: true }),
    async ids() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return (await readdir(folder)).filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length));
    },
  };
}
