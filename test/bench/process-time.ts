import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { EngineFault } from '../engines/engine-fault.ts';

const [USER, SYSTEM] = [11, 12];
let ticksASecond: number | undefined;

/** Seconds of processor that a process and those that it has started have used so far, all threads together. @throws EngineFault where no /proc tells */
export function processorSeconds(pid: number): number {
  if (process.platform !== 'linux') throw new EngineFault('what a process costs is read from /proc, which only Linux has');
  ticksASecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number).filter(Boolean);
  return children.reduce((sum, child) => sum + ownTicks(child), ownTicks(pid)) / ticksASecond;
}

/** Of one that has ended meanwhile: none. */
function ownTicks(pid: number): number {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return Number(afterName[USER]) + Number(afterName[SYSTEM]);
  } catch {
    return 0;
  }
}
