import { readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { DataFolder } from '#engines/sqlite';
import { TABLES_VERSION } from '#read-models';
import { readSmallFile, replaceSmallFile } from '../small-file.ts';

const POINTER = 'read-models.current';

function nameOf(number: number): string {
  return `read-models.v${TABLES_VERSION}.${number}.db`;
}

/** The files of the read models' copies, one copy a file, and a small file that names the one in use. Paths are absolute. */
export class ReadModelFiles {
  readonly #folder: DataFolder;
  readonly #replaced: string[] = [];
  #current: string;

  private constructor(folder: DataFolder, current: string) {
    this.#folder = folder;
    this.#current = current;
  }

  static async open(folder: DataFolder): Promise<ReadModelFiles> {
    const named = (await readSmallFile(folder.file(POINTER)))?.trim();
    const current = named?.startsWith(`read-models.v${TABLES_VERSION}.`) ? named : nameOf(1);
    await replaceSmallFile(folder.file(POINTER), current);
    for (const file of readdirSync(folder.path)) {
      // Copies of older tables, and one whose rebuild was interrupted.
      if (/^read-models\.v\d+\.\d+\.db/.test(file) && !file.startsWith(current)) rmSync(folder.file(file), { force: true });
    }
    return new ReadModelFiles(folder, current);
  }

  /** The copy in use. */
  get current(): string {
    return this.#folder.file(this.#current);
  }

  /** Where a copy can be built anew: nothing is there. */
  beside(): string {
    const file = nameOf(Number(this.#current.split('.').at(-2)) + 1);
    this.#remove(file);
    return this.#folder.file(file);
  }

  /** From now on that copy is the one that a restart opens. */
  async switchTo(path: string): Promise<void> {
    const next = basename(path);
    await replaceSmallFile(this.#folder.file(POINTER), next);
    this.#replaced.push(this.#current);
    this.#current = next;
  }

  /** Once nobody has them open any more. */
  removeReplaced(): void {
    for (const file of this.#replaced.splice(0)) this.#remove(file);
  }

  #remove(file: string): void {
    for (const ending of ['', '-wal', '-shm']) rmSync(this.#folder.file(`${file}${ending}`), { force: true });
  }
}
