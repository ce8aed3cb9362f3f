import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UsageFault } from '../failures/usage-fault.ts';
import type { Session } from '../session.ts';

/** Keeps the outcome of every row as a CSV file. It appears whole or not at all. */
export async function writeReport({ api, terminal }: Session, importId: string, file: string): Promise<void> {
  const response = await api.open(`/v1/imports/${importId}/rows`, { headers: { accept: 'text/csv' } });
  const unfinished = `${file}.part`;
  try {
    await pipeline(Readable.from(response.body ?? []), createWriteStream(unfinished), { signal: terminal.signal });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    terminal.signal.throwIfAborted();
    throw new UsageFault(`the report "${file}" cannot be written: ${(error as Error).message}`);
  }
}
