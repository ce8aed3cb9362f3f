import { parentPort } from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, resultCodeOf, SqliteEngineError } from '../sqlite-engine-error.ts';
import type { FromWriter, ToWriter } from './protocol.ts';

export interface BatchWriter<Batch, Reply> {
  /** Runs inside a transaction. When it throws, or the commit does, everything is rolled back and `forget` is called. */
  write(batch: Batch): Reply;
  /** Drops what was kept in memory about the file. */
  forget(): void;
  /** What is left to write when no batch will come any more. */
  beforeClose?(): void;
}

/** The life of a writer thread: opens its file, makes one batch after the other durable, closes when told. */
export function serveWriter<Batch, Reply>(open: () => { db: DatabaseSync; writer: BatchWriter<Batch, Reply> }): void {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a worker thread only');
  const send = (message: FromWriter<Reply>): void => port.postMessage(message);

  let opened: ReturnType<typeof open>;
  try {
    opened = open();
  } catch (error) {
    send(failure(error, 'database-cannot-be-opened'));
    port.close();
    return;
  }
  const { db, writer } = opened;
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const inTransaction = <T>(work: () => T): { result: T; commitMs: number } => {
    begin.run();
    try {
      const result = work();
      const start = performance.now();
      commit.run();
      return { result, commitMs: performance.now() - start };
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      writer.forget();
      throw error;
    }
  };

  port.on('message', (message: ToWriter<Batch>) => {
    if (message.kind === 'close') {
      writer.beforeClose?.();
      db.close();
      port.close();
      return;
    }
    try {
      if (message.kind === 'probe') {
        inTransaction(() => rewriteHeader(db));
        send({ kind: 'ready' });
      } else {
        const { result: reply, commitMs } = inTransaction(() => writer.write(message.batch));
        send({ kind: 'written', reply, commitMs });
      }
    } catch (error) {
      send(failure(error, 'write-failed'));
    }
  });
  send({ kind: 'ready' });
}

function rewriteHeader(db: DatabaseSync): void {
  const version = Number(Object.values(db.prepare('PRAGMA user_version').get() ?? {})[0]);
  db.exec(`PRAGMA user_version = ${version}`);
}

const DISK_FULL = 13;

function failure(error: unknown, otherwise: string): { kind: 'failed'; code: string; message: string } {
  if (error instanceof SqliteEngineError) return { kind: 'failed', code: error.code, message: error.message };
  if (resultCodeOf(error) === DISK_FULL) {
    return { kind: 'failed', code: 'disk-full', message: 'the disk is full, nothing was written: make room, then try again' };
  }
  return { kind: 'failed', code: otherwise, message: `nothing was written: ${messageOf(error)}` };
}
