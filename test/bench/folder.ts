import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own, gone when the work is done. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes of the files in a folder whose names fit. */
export function bytesIn(folder: string, fits: RegExp): number {
  return readdirSync(folder)
    .filter((name) => fits.test(name))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
