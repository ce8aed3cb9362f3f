import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The built demo; the root of the checkout is where tests and npm scripts are started. */
const DEMO = join(process.cwd(), 'dist/apps/standalone/src/demo.js');

export interface DemoRun {
  /** null when it was killed. */
  readonly code: number | null;
  readonly output: string;
}

/** When to kill: so many milliseconds after so many lines were printed, so that it falls between any two steps. */
export interface KillMoment {
  readonly lines: number;
  readonly thenMs: number;
}

/** Runs the real demo as a process of its own on a data folder, to its end or until it is killed (-9). */
export function runDemoProcess(dataDir: string, killAt: KillMoment | null): Promise<DemoRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', DEMO, '--exit'], {
      env: { ...process.env, DATA_DIR: dataDir, PORT: '0', SIMULATOR_PORT: '0', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let timer: NodeJS.Timeout | undefined;
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (killAt !== null && output.split('\n').length > killAt.lines) timer ??= setTimeout(() => child.kill('SIGKILL'), killAt.thenMs);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

/** The report at the end of a demo, without the lines that a shifted retry may rightly change by hours. */
export function endOf(output: string): string {
  const names = ['customers', 'completed', 'declined', 'lapsed', 'withdrawn', 'still open', 'gaps', 'licenses', 'purchases'];
  return output
    .split('\n')
    .filter((line) => names.some((name) => line.startsWith(`  ${name.padEnd(12)}`)))
    .join('\n');
}
