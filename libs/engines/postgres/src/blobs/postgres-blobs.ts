import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { PostgresEngineError } from '../postgres-engine-error.ts';
import type { SharedTables } from '../schema/shared-tables.ts';

/** Files that every process can read. A reader finds all of a file or nothing. */
export interface PostgresBlobs {
  write(id: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws PostgresEngineError `blob-missing` */
  read(id: string): AsyncIterable<Uint8Array>;
  remove(id: string): Promise<void>;
}

const CHUNK_BYTES = 512 * 1024;

/**
 * Chunks go in one by one, each durable by itself, so that a slow upload holds no transaction open; the row that names
 * them comes last. An upload that was never finished is cleared away by a later one.
 */
export function createBlobs(db: Kysely<SharedTables>, prepare: () => Promise<void>): PostgresBlobs {
  async function forget(upload: string): Promise<void> {
    await db.deleteFrom('blob_uploads').where('upload', '=', upload).execute();
  }

  async function forgetUnfinished(): Promise<void> {
    await db
      .deleteFrom('blob_uploads')
      .where('begun_at', '<', sql<Date>`clock_timestamp() - interval '1 day'`)
      .where((row) => row.not(row.exists(row.selectFrom('blobs').select('id').whereRef('blobs.upload', '=', 'blob_uploads.upload'))))
      .execute();
  }

  async function publish(id: string, upload: string, chunks: number): Promise<void> {
    await db.transaction().execute(async (tx) => {
      const earlier = await tx.selectFrom('blobs').select('upload').where('id', '=', id).forUpdate().executeTakeFirst();
      await tx
        .insertInto('blobs')
        .values({ id, upload, chunks })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ upload, chunks }))
        .execute();
      if (earlier) await tx.deleteFrom('blob_uploads').where('upload', '=', earlier.upload).execute();
    });
  }

  return {
    async write(id, source) {
      await prepare();
      await forgetUnfinished();
      const upload = randomUUID();
      await db.insertInto('blob_uploads').values({ upload }).execute();
      try {
        let n = 0;
        for await (const bytes of chunksOf(source)) {
          await db.insertInto('blob_chunks').values({ upload, n, bytes }).execute();
          n += 1;
        }
        await publish(id, upload, n);
      } catch (error) {
        await forget(upload).catch(() => undefined);
        throw error;
      }
    },
    async *read(id) {
      await prepare();
      const missing = (): PostgresEngineError => new PostgresEngineError('blob-missing', `the file ${id} is not kept here: send it again`);
      const blob = await db.selectFrom('blobs').select(['upload', 'chunks']).where('id', '=', id).executeTakeFirst();
      if (!blob) throw missing();
      for (let n = 0; n < blob.chunks; n += 1) {
        const chunk = await db
          .selectFrom('blob_chunks')
          .select('bytes')
          .where('upload', '=', blob.upload)
          .where('n', '=', n)
          .executeTakeFirst();
        if (!chunk) throw missing();
        yield chunk.bytes;
      }
    },
    async remove(id) {
      await prepare();
      const blob = await db.selectFrom('blobs').select('upload').where('id', '=', id).executeTakeFirst();
      if (blob) await forget(blob.upload);
    },
  };
}

/** The same bytes in pieces of one size, the last one aside. */
async function* chunksOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    for (let from = 0; from < piece.byteLength;) {
      const part = piece.subarray(from, from + CHUNK_BYTES - size);
      gathered.push(part);
      from += part.byteLength;
      size += part.byteLength;
      if (size < CHUNK_BYTES) continue;
      yield Buffer.concat(gathered);
      gathered = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(gathered);
}
