import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const TICKS_A_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const [USER, SYSTEM] = [11, 12];

/** Seconds of processor that a process has used so far, all its threads together. Linux only. */
export function processorSeconds(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(afterName[USER]) + Number(afterName[SYSTEM])) / TICKS_A_SECOND;
}
