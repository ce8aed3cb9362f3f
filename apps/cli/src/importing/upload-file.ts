import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { UsageFault } from '../failures/usage-fault.ts';
import type { Session } from '../session.ts';
import { createProgress } from '../terminal/progress.ts';

interface Source {
  readonly bytes: Readable;
  /** `null` = not known beforehand. */
  readonly size: number | null;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by you',
  EISDIR: 'it is a folder',
};

async function sourceOf(file: string, stdin: NodeJS.ReadableStream): Promise<Source> {
  if (file === '-') return { bytes: Readable.from(stdin), size: null };
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    return { bytes: createReadStream(file), size: found.size };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new UsageFault(`"${file}" cannot be read: ${WHY[code] ?? code}`);
  }
}

function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Streams a file (`-`: standard input) to the service, never holding it as a whole. Answers the import's id. */
export async function uploadFile({ api, screen, terminal }: Session, file: string, dryRun: boolean): Promise<string> {
  const { bytes, size } = await sourceOf(file, terminal.stdin);
  const progress = createProgress(screen, terminal, { label: 'sending', total: size ?? 0, text: sizeText });
  let sent = 0;
  let broken: Error | undefined;
  bytes.once('error', (error) => (broken = error));
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of bytes) {
      const piece = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
      sent += piece.byteLength;
      yield piece;
      progress.update(sent, basename(file));
    }
  }
  try {
    const body = ReadableStream.from(counted());
    const headers = { 'content-type': 'text/csv', accept: 'application/json' };
    const response = await api.open(
      '/v1/imports',
      { method: 'POST', body, duplex: 'half', headers },
      { dryRun: dryRun ? true : undefined },
    );
    return ((await response.json()) as { readonly importId: string }).importId;
  } catch (error) {
    if (broken !== undefined) throw new UsageFault(`"${file}" could not be read to its end: ${broken.message}. Nothing was imported.`);
    throw error;
  } finally {
    bytes.destroy();
    progress.stop();
  }
}
