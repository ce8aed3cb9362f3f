import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, resultCodeOf, SqliteEngineError } from './sqlite-engine-error.ts';

const PRIMARY_CODE = 0xff;
const BUSY = 5;
const LOCKED = 6;

/**
 * The folder of the embedded engines' files, held by one process at a time. The lock is an open transaction in a file
 * of its own: the operating system drops it with the process, so one left by a killed process is no hindrance.
 */
export class DataFolder {
  /** Absolute. */
  readonly path: string;
  readonly #lock: DatabaseSync;

  private constructor(path: string, lock: DatabaseSync) {
    this.path = path;
    this.#lock = lock;
  }

  /** Creates the folder where it is missing. @throws SqliteEngineError `data-dir-not-writable`, `data-dir-in-use` */
  static open(folder: string): DataFolder {
    const path = resolve(folder);
    let lock: DatabaseSync | undefined;
    try {
      createFolder(path);
      lock = new DatabaseSync(join(path, 'lock.db'), { timeout: 0 });
      lock.exec('BEGIN EXCLUSIVE');
      // A write, never committed: it proves that the folder can be written.
      lock.exec('PRAGMA user_version = 1');
      return new DataFolder(path, lock);
    } catch (error) {
      lock?.close();
      throw explain(path, error);
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Lets another process have the folder. Close what is open in it first. */
  close(): void {
    if (this.#lock.isOpen) this.#lock.close();
  }
}

/**
 * Makes the folder and those above it that are missing. One by one: the platform's own recursive way never returns where
 * a parent claims to exist and takes no folder (`/proc`).
 */
function createFolder(path: string): void {
  if (existsSync(path) && existsSync(join(path, '.'))) return;
  if (dirname(path) !== path) createFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function explain(path: string, error: unknown): SqliteEngineError {
  const reason = (resultCodeOf(error) ?? 0) & PRIMARY_CODE;
  if (reason === BUSY || reason === LOCKED) {
    return new SqliteEngineError(
      'data-dir-in-use',
      `the data folder ${path} is in use by another running instance: stop that one, or set DATA_DIR to another folder`,
      error,
    );
  }
  return new SqliteEngineError(
    'data-dir-not-writable',
    `the data folder ${path} cannot be written (${messageOf(error)}): let this user write there, make room on the disk, or set DATA_DIR to another folder`,
    error,
  );
}
