import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { migrateSchema, openPostgres, type Postgres } from '#engines/postgres';
import { type PostgresForSpec, postgresForSpec, postgresIsHere } from '../../engines/postgres-for-spec.ts';

/** A server has to be made and started first. */
jest.setTimeout(120_000);

const delay = async (ms: number, signal: AbortSignal): Promise<void> => {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};

(postgresIsHere ? describe : describe.skip)('the PostgreSQL engine', () => {
  let database: PostgresForSpec;
  const opened: Postgres[] = [];

  /** As one process of several opens it. */
  function aProcess({ schema = 'cutover', url = database.url } = {}): Postgres {
    const postgres = openPostgres({ url, schema, applicationName: 'spec', delay, random: () => 0, onError: () => undefined });
    opened.push(postgres);
    return postgres;
  }

  beforeAll(async () => {
    database = await postgresForSpec({ own: true });
  });
  afterEach(async () => {
    for (const postgres of opened.splice(0)) await postgres.close();
  });
  afterAll(() => database.close());

  describe('that is asked whether it is well', () => {
    test('says so', async () => {
      await expect(aProcess().check()).resolves.toBeUndefined();
    });

    test.each([
      ['postgres-database-missing', (url: URL) => (url.pathname = '/nowhere')],
      ['postgres-login-refused', (url: URL) => (url.username = 'nobody-we-know')],
      ['postgres-unreachable', (url: URL) => (url.port = '1')],
      ['postgres-tls-refused', (url: URL) => (url.search = 'sslmode=verify-full')],
    ])('says %s, and what to do', async (code, change) => {
      const url = new URL(database.url);
      change(url);
      await expect(aProcess({ url: url.href }).check()).rejects.toMatchObject({ code });
    });

    test('does not wait for a server that says nothing', async () => {
      const silent = createServer();
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const url = new URL(database.url);
      url.port = String((silent.address() as { port: number }).port);
      await expect(aProcess({ url: url.href }).check()).rejects.toMatchObject({ code: 'postgres-not-answering' });
      silent.close();
    });
  });

  test('reads whole numbers of 64 bits as numbers, and refuses those that would be rounded', async () => {
    const { queries, close } = aProcess().database<object>();
    const { rows } = await sql<{ n: unknown }>`SELECT 9007199254740991::bigint AS n`.execute(queries);
    expect(rows).toEqual([{ n: 9_007_199_254_740_991 }]);
    await expect(sql`SELECT 9007199254740992::bigint AS n`.execute(queries)).rejects.toThrow('beyond 2^53');
    await close();
  });

  describe('its schema', () => {
    test('is made once, however many begin at once', async () => {
      const processes = Array.from({ length: 5 }, () => aProcess({ schema: 'many_at_once' }));
      await Promise.all(processes.map((each) => each.prepare()));
      expect(await processes[0]!.shared.selectFrom('read_model_copies').selectAll().execute()).toEqual([]);
    });

    test('each step is taken once, in order, and one from a newer program is refused', async () => {
      const { queries, close } = aProcess().database<object>();
      const steps = ['CREATE TABLE stepped.a (n integer)', 'INSERT INTO stepped.a VALUES (1)', 'INSERT INTO stepped.a VALUES (2)'];
      for (const known of [2, 3, 3]) await migrateSchema(queries, { schema: 'stepped', steps: steps.slice(0, known) });
      expect((await sql`SELECT n FROM stepped.a ORDER BY n`.execute(queries)).rows).toEqual([{ n: 1 }, { n: 2 }]);
      await expect(migrateSchema(queries, { schema: 'stepped', steps: steps.slice(0, 2) })).rejects.toMatchObject({
        code: 'schema-newer-than-program',
      });
      await close();
    });
  });

  describe('work that only one may do', () => {
    test('is had by one process at a time, and within it by one part', async () => {
      const [a, b] = [aProcess(), aProcess()];
      const held = await a.soleWork.take('import 1');
      expect(held).toBeDefined();
      expect(await a.soleWork.take('import 1')).toBeUndefined();
      expect(await b.soleWork.take('import 1')).toBeUndefined();
      const other = await b.soleWork.take('import 2');
      expect(other).toBeDefined();
      await held!.release();
      await held!.release();
      const next = await b.soleWork.take('import 1');
      expect(next).toBeDefined();
      expect(await a.soleWork.take('import 1')).toBeUndefined();
    });

    test('is another one’s in another schema of the same database', async () => {
      expect(await aProcess({ schema: 'one' }).soleWork.take('import 1')).toBeDefined();
      expect(await aProcess({ schema: 'two' }).soleWork.take('import 1')).toBeDefined();
    });

    test('is free again when its holder is gone, and lost to a holder whose session ended', async () => {
      const [a, b] = [aProcess(), aProcess()];
      const held = await a.soleWork.take('following');
      const lost = new Promise((resolve) => held!.lost.addEventListener('abort', resolve));
      await sql`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`.execute(b.shared);
      await lost;
      expect(await b.soleWork.take('following')).toBeDefined();
      expect(await a.soleWork.take('following')).toBeUndefined();
      await b.close();
      let again = await a.soleWork.take('following');
      while (!again) again = await a.soleWork.take('following');
      expect(again.lost.aborted).toBe(false);
    });
  });

  describe('announcements', () => {
    test('are heard by all who listen, when the transaction is committed', async () => {
      const [a, b] = [aProcess(), aProcess()];
      const heard: string[] = [];
      const all = Promise.withResolvers<undefined>();
      const listening = Promise.withResolvers<undefined>();
      const stop = b.announcements('topic').listen({
        heard(text) {
          heard.push(text);
          if (text === 'last') all.resolve(undefined);
        },
        listening: () => listening.resolve(undefined),
      });
      await listening.promise;
      const { announce } = a.announcements('topic');
      const lost = a.shared.transaction().execute(async (tx) => {
        await announce(tx, 'rolled back');
        throw new Error('on purpose');
      });
      await expect(lost).rejects.toThrow('on purpose');
      await a.shared.transaction().execute((tx) => announce(tx, 'first'));
      await a.announcements('another topic').announce(a.shared, 'not for them');
      await announce(a.shared, 'last');
      await all.promise;
      expect(heard).toEqual(['first', 'last']);
      await stop();
    });

    test('are heard again after the session ended, and the listener is told to look by itself', async () => {
      const [a, b] = [aProcess(), aProcess()];
      let sessions = 0;
      let begun = Promise.withResolvers<undefined>();
      const heard = Promise.withResolvers<string>();
      const stop = b.announcements('topic').listen({
        heard: (text) => heard.resolve(text),
        listening() {
          sessions += 1;
          begun.resolve(undefined);
        },
      });
      await begun.promise;
      begun = Promise.withResolvers();
      await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()`.execute(
        a.shared,
      );
      await begun.promise;
      await a.announcements('topic').announce(a.shared, 'after');
      expect([sessions, await heard.promise]).toEqual([2, 'after']);
      await stop();
    });
  });

  describe('files', () => {
    const bytesOf = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
      const pieces: Uint8Array[] = [];
      for await (const piece of source) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
      for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
    }
    const sample = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 31) % 251));

    test.each([0, 1, 512 * 1024, 1_300_001])('of %d bytes are read by another process as they were written', async (length) => {
      const bytes = sample(length);
      await aProcess().blobs.write('file', inPieces(bytes, 70_001));
      expect((await bytesOf(aProcess().blobs.read('file'))).equals(bytes)).toBe(true);
    });

    test('are not there before all of them is, nor after they were removed', async () => {
      const { blobs, shared } = aProcess();
      async function* brokenOff(): AsyncGenerator<Uint8Array> {
        yield sample(600_000);
        await expect(bytesOf(blobs.read('half'))).rejects.toMatchObject({ code: 'blob-missing' });
        throw new Error('the upload was broken off');
      }
      await expect(blobs.write('half', brokenOff())).rejects.toThrow('broken off');
      await expect(bytesOf(blobs.read('half'))).rejects.toMatchObject({ code: 'blob-missing' });
      await blobs.write('whole', inPieces(sample(10), 3));
      await blobs.write('whole', inPieces(sample(20), 3));
      expect(await bytesOf(blobs.read('whole'))).toEqual(sample(20));
      await blobs.remove('whole');
      await blobs.remove('whole');
      await expect(bytesOf(blobs.read('whole'))).rejects.toMatchObject({ code: 'blob-missing' });
      const { rows } = await sql<{
        n: number;
      }>`SELECT count(*) AS n FROM ${sql.table('blob_chunks')} JOIN blob_uploads USING (upload) WHERE upload NOT IN (SELECT upload FROM blobs)`.execute(
        shared,
      );
      expect(rows).toEqual([{ n: 0 }]);
    });
  });

  test('a server that crashes and comes back is used again, by everything that was open', async () => {
    const postgres = aProcess();
    await postgres.prepare();
    const held = await postgres.soleWork.take('following');
    const lost = new Promise((resolve) => held!.lost.addEventListener('abort', resolve));
    await database.server!.restart('SIGKILL');
    await lost;
    await postgres.check();
    expect(await postgres.shared.selectFrom('read_model_copies').selectAll().execute()).toEqual([]);
    expect(await postgres.soleWork.take('following')).toBeDefined();
  });
});
