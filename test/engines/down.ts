import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess } from './engine-process.ts';
import { ENGINES_FOLDER } from './engines-folder.ts';
import { ENGINE_NAMES, type EngineName, keepRunning, runningEngines } from './running-engines.ts';

/** How each is told to end in order. */
const ENDS_BY: Readonly<Record<EngineName, NodeJS.Signals>> = { kafka: 'SIGTERM', postgres: 'SIGINT', eventstoredb: 'SIGTERM' };

const purge = process.argv.includes('--purge');
const engines = runningEngines();
for (const { name, pid } of engines) {
  await endProcess(pid, ENDS_BY[name]);
  process.stderr.write(`${name} is down\n`);
}
if (engines.length === 0) process.stderr.write('no engine was up\n');
keepRunning([]);
if (purge) {
  for (const { dataFolder } of engines) rmSync(dataFolder, { recursive: true, force: true });
  for (const name of ENGINE_NAMES) rmSync(join(ENGINES_FOLDER, name), { recursive: true, force: true });
  process.stderr.write('their data is deleted\n');
}
