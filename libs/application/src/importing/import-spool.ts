import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where an uploaded file waits until each of its rows has its outcome. */
export interface ImportSpool {
  write(importId: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  read(importId: string): AsyncIterable<Uint8Array>;
  remove(importId: string): Promise<void>;
}

/** A folder of files; they hold customers' names, so only the service's own user may read them. */
export function createImportSpool(folder: string): ImportSpool {
  const pathOf = (importId: string): string => join(folder, `${importId}.csv`);
  return {
    async write(importId, source) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await pipeline(Readable.from(source), createWriteStream(pathOf(importId), { mode: 0o600, flush: true }));
    },
    read: (importId) => createReadStream(pathOf(importId)),
    remove: (importId) => rm(pathOf(importId), { force: true }),
  };
}
