import { configurationOrExit, startOrExit } from './start-or-exit.ts';
import { type Role, faultsOfRole, startRole } from './start-role.ts';
import { stopOnSignal } from './stopping.ts';

/** Beside each other on one machine they must not meet in one folder or on one port by default. */
const DEFAULTS = { api: { DATA_DIR: './data/api' }, worker: { DATA_DIR: './data/worker', PORT: '3001' } } as const;

/** One role as a process: until a signal ends it. */
export async function runRole(role: Role): Promise<void> {
  const configuration = configurationOrExit({ ...DEFAULTS[role], ...process.env }, faultsOfRole);
  const running = await startOrExit(() => startRole(role, configuration));
  const stopped = stopOnSignal((abandon) => running.stop(abandon));
  process.stdout.write(`cutover ${role} is up: ${running.url} (whether its engines answer, ${running.url}/health/ready tells)\n`);
  process.exit(await stopped);
}
