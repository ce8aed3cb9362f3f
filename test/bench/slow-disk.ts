import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineFault } from '../engines/engine-fault.ts';

const SOURCE = fileURLToPath(new URL('../../../test/bench/slow-disk.c', import.meta.url));

/**
 * The environment in which a process finds its disk slow: each sync of a file takes so many milliseconds longer.
 * @throws EngineFault where there is no Linux, or no C compiler
 */
export function slowDisk(folder: string, delayMs: number): NodeJS.ProcessEnv {
  const library = join(folder, 'slow-disk.so');
  try {
    if (process.platform !== 'linux') throw new Error(`this is ${process.platform}`);
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl'], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    throw new EngineFault('a disk cannot be slowed down: that takes Linux and a C compiler named cc; install gcc', error);
  }
  return { ...process.env, LD_PRELOAD: library, SYNC_DELAY_MICROSECONDS: String(delayMs * 1_000) };
}
