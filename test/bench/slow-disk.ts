import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineFault } from '../engines/engine-fault.ts';

const SOURCE = fileURLToPath(new URL('../../../test/bench/slow-disk.c', import.meta.url));

/**
 * The environment in which a process finds its disk slow: each sync of a file takes 10 ms longer.
 * @throws EngineFault where there is no C compiler
 */
export function slowDisk(folder: string): NodeJS.ProcessEnv {
  const library = join(folder, 'slow-disk.so');
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl'], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    throw new EngineFault('a disk cannot be slowed down: that takes Linux and a C compiler named cc; install gcc', error);
  }
  return { ...process.env, LD_PRELOAD: library };
}
