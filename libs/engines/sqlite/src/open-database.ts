import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, resultCodeOf, SqliteEngineError } from './sqlite-engine-error.ts';

/** One file's schema, as a list of steps: the file's `user_version` says how many of them it has seen. */
export interface Schema {
  /** What the file is, in words: it appears in error messages. */
  readonly name: string;
  /** Marks the file as ours (`application_id`), so that no other program's database is taken for it. */
  readonly applicationId: number;
  readonly steps: readonly string[];
}

const BUSY_TIMEOUT_MS = 5_000;
/** 16 MB: a page that many commits change is copied into the file once for all of them. */
const PAGES_A_CHECKPOINT = 4_000;
/** After a commit that grew the file and moved pages in it, SQLite looks through its whole cache: a larger one costs more than it saves. */
const CACHE_KIBIBYTES = 4_096;
const PRIMARY_CODE = 0xff;
const NOT_A_DATABASE = 26;
const CANNOT_OPEN = 14;
const READ_ONLY = 8;

/**
 * Opens a file for writing: WAL, every commit on the disk before it is answered (`synchronous=FULL`), schema up to date.
 * @throws SqliteEngineError `database-cannot-be-opened`, `not-a-database`, `schema-newer-than-program`
 */
export function openForWriting(path: string, schema: Schema): DatabaseSync {
  return explained(path, schema.name, () => {
    mkdirSync(dirname(path), { recursive: true });
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      checkOwner(db, path, schema);
      db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${PAGES_A_CHECKPOINT}`);
      db.exec(`PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -${CACHE_KIBIBYTES}`);
      migrate(db, schema);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

/** Opens an existing file of ours for reading only. Throws as `openForWriting` does, and `schema-older-than-program`. */
export function openForReading(path: string, schema: Schema): DatabaseSync {
  return explained(path, schema.name, () => {
    const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
    try {
      checkOwner(db, path, schema);
      checkUpToDate(db, path, schema);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

function checkUpToDate(db: DatabaseSync, path: string, schema: Schema): void {
  const version = numberOf(db, 'PRAGMA user_version');
  if (version === schema.steps.length) return;
  throw new SqliteEngineError(
    'schema-older-than-program',
    `${path} was written by an older program (schema ${version}, this one reads ${schema.steps.length}): start the service on it once, which brings it up to date`,
  );
}

function checkOwner(db: DatabaseSync, path: string, schema: Schema): void {
  const owner = numberOf(db, 'PRAGMA application_id');
  const tables = numberOf(db, 'SELECT count(*) FROM sqlite_schema');
  if (owner !== schema.applicationId && tables > 0) {
    throw new SqliteEngineError('not-a-database', `${path} is a database, but not ${schema.name}: name another file or folder`);
  }
  const version = numberOf(db, 'PRAGMA user_version');
  if (version > schema.steps.length) {
    throw new SqliteEngineError(
      'schema-newer-than-program',
      `${path} was written by a newer program (schema ${version}, this one knows ${schema.steps.length}): start that program, or restore an older copy`,
    );
  }
}

function migrate(db: DatabaseSync, schema: Schema): void {
  const version = numberOf(db, 'PRAGMA user_version');
  if (version === schema.steps.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const step of schema.steps.slice(version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${schema.applicationId}; PRAGMA user_version = ${schema.steps.length}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function numberOf(db: DatabaseSync, sql: string): number {
  return Number(Object.values(db.prepare(sql).get() ?? {})[0]);
}

/** Opens a file; what SQLite says about a failure becomes an error that tells the operator what to do. */
export function explained<T>(path: string, name: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof SqliteEngineError) throw error;
    throw explain(path, name, error);
  }
}

function explain(path: string, name: string, error: unknown): SqliteEngineError {
  const reason = (resultCodeOf(error) ?? 0) & PRIMARY_CODE;
  if (reason === NOT_A_DATABASE) {
    return new SqliteEngineError(
      'not-a-database',
      `${path} is no SQLite database, so it cannot be ${name}: move it away, or name another folder`,
      error,
    );
  }
  const why = reason === CANNOT_OPEN || reason === READ_ONLY ? 'it cannot be created or written' : messageOf(error);
  return new SqliteEngineError(
    'database-cannot-be-opened',
    `${name} at ${path}: ${why}. Check that the folder exists, may be written by this user, and has room`,
    error,
  );
}
