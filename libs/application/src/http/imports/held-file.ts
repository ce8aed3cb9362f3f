import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface HeldFile {
  /** Of its bytes. */
  readonly digest: string;
  readonly read: () => AsyncIterable<Uint8Array>;
}

/** Holds an upload on the disk while the work lasts. It may name people: only the service's own user can read it. */
export async function withHeldFile<T>(source: Readable, work: (file: HeldFile) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cutover-upload-'));
  try {
    const path = join(folder, 'upload');
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(piece: Buffer, _encoding, done) {
        hash.update(piece);
        done(null, piece);
      },
    });
    await pipeline(source, hashing, createWriteStream(path, { mode: 0o600 }));
    return await work({ digest: hash.digest('base64url'), read: () => piecesOf(path) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Opened when the first piece is asked for: a file that nobody reads leaves nothing open. */
async function* piecesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}
