import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RoleProcess } from '../chaos/fleet/role-process.ts';
import { freePorts } from '../engines/free-port.ts';
import type { BenchEngines } from './bench-engines.ts';

const STARTS_WITHIN_MS = 60_000;

export interface WorkerProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

/** A worker as it is run, and the stand-in for Partner Center that it needs. Resolves when it is ready. */
export async function startWorkerProcess({ folder, environment }: BenchEngines): Promise<WorkerProcess> {
  const [simulatorPort, smtpPort, port] = (await freePorts(3)) as [number, number, number];
  const process_ = (name: string, main: string, upAt: string, env: Readonly<Record<string, string>>): RoleProcess => {
    mkdirSync(join(folder, name), { recursive: true });
    return new RoleProcess({
      name,
      main,
      env: { DATA_DIR: join(folder, name), LOG_LEVEL: 'warn', ...env },
      upAt,
      logFile: join(folder, `${name}.log`),
      startsWithinMs: STARTS_WITHIN_MS,
    });
  };
  const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;
  const simulator = process_('simulator', 'dist/apps/partner-center-simulator/src/main.js', `${simulatorUrl}/control/clock`, {
    SIMULATOR_PORT: String(simulatorPort),
    SIMULATOR_SMTP_PORT: String(smtpPort),
    SIMULATOR_DATA: join(folder, 'simulator', 'simulator.db'),
  });
  const worker = process_('worker', 'dist/apps/worker/src/main.js', `http://127.0.0.1:${port}/health/ready`, {
    ...environment,
    PORT: String(port),
    SIMULATOR_URL: simulatorUrl,
  });
  async function stop(): Promise<void> {
    await worker.stop();
    await simulator.stop();
  }
  try {
    simulator.start();
    await simulator.up();
    worker.start();
    await worker.up();
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: worker.pid, stop };
}
