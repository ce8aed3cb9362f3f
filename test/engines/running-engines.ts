import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { isAlive } from './engine-process.ts';
import { ENGINES_FOLDER } from './engines-folder.ts';

export const ENGINE_NAMES = ['kafka', 'postgres', 'eventstoredb'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** What a setting of the service has to be for it to use the engine. */
export const SETTING_OF: Readonly<Record<EngineName, string>> = {
  kafka: 'KAFKA_BROKERS',
  postgres: 'DATABASE_URL',
  eventstoredb: 'EVENT_STORE_URL',
};

export interface RunningEngine {
  readonly name: EngineName;
  readonly pid: number;
  readonly address: string;
  /** Stands in the command line of its process, and of no other's. */
  readonly dataFolder: string;
}

const STATE = join(ENGINES_FOLDER, 'running.json');
const ENV = join(ENGINES_FOLDER, 'env');

/** The engines that were started and are still there. */
export function runningEngines(): readonly RunningEngine[] {
  return kept().filter((engine) => isStillItself(engine));
}

/** Keeps who runs where, for the next call; and as lines that scripts and tests read. */
export function keepRunning(engines: readonly RunningEngine[]): void {
  mkdirSync(ENGINES_FOLDER, { recursive: true });
  writeFileSync(STATE, `${JSON.stringify(engines, null, 2)}\n`);
  if (engines.length === 0) rmSync(ENV, { force: true });
  else writeFileSync(ENV, envLines(engines));
}

export function envLines(engines: readonly RunningEngine[]): string {
  return engines.map(({ name, address }) => `${SETTING_OF[name]}=${address}\n`).join('');
}

function kept(): readonly RunningEngine[] {
  try {
    return JSON.parse(readFileSync(STATE, 'utf8')) as readonly RunningEngine[];
  } catch {
    return [];
  }
}

/** After a restart of the machine the number may be another process's: only the one that names the folder is ours. */
function isStillItself({ pid, dataFolder }: RunningEngine): boolean {
  return isAlive(pid) && commandLineOf(pid).includes(dataFolder);
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    try {
      return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    } catch {
      return '';
    }
  }
}
