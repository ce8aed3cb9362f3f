import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineFault } from './engine-fault.ts';

export interface EngineCommand {
  /** What people call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where its output goes. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whom it runs as; by default whoever starts it. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

const LOOK_EVERY_MS = 50;
const LAST_WORDS = 4_000;

/** An engine as a process of its own, which outlives whoever started it. */
export interface EngineProcess {
  readonly pid: number;
  /** Resolves when `answers` does; it is asked again and again. @throws EngineFault when the process ends, or the time is over */
  untilAnswering(answers: () => Promise<void>, withinMs: number): Promise<void>;
}

export function startEngineProcess({ name, command, args, logFile, env, user }: EngineCommand): EngineProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
    ...user,
  });
  closeSync(log);
  let fault: string | undefined;
  child.once('error', (error) => (fault = error.message));
  child.once('exit', (code, signal) => (fault = `it ended with ${code === null ? String(signal) : `exit code ${code}`}`));
  child.unref();
  const { pid } = child;

  async function untilAnswering(answers: () => Promise<void>, withinMs: number): Promise<void> {
    const until = Date.now() + withinMs;
    let lastAnswer = 'it was not asked';
    while (Date.now() < until) {
      if (fault !== undefined) break;
      try {
        await answers();
        return;
      } catch (error) {
        lastAnswer = error instanceof Error ? error.message : String(error);
      }
      await sleep(LOOK_EVERY_MS);
    }
    const reason = fault ?? `it does not answer within ${withinMs / 1000} s (${lastAnswer})`;
    throw new EngineFault(`${name} did not start: ${reason}. The end of ${logFile}:\n${readFileSync(logFile, 'utf8').slice(-LAST_WORDS)}`);
  }

  if (pid === undefined) throw new EngineFault(`${name} did not start: ${command} cannot be run`);
  return { pid, untilAnswering };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/** Ended, and not fetched by its parent yet: in a container without an init nobody may ever fetch it. */
function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Signals one process, by its id, and waits until it is gone. @throws EngineFault when it is not */
export async function endProcess(pid: number, signal: NodeJS.Signals, withinMs = 30_000): Promise<void> {
  if (!isAlive(pid)) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw error;
  }
  const until = Date.now() + withinMs;
  while (isAlive(pid)) {
    if (Date.now() > until) throw new EngineFault(`process ${pid} is still there ${withinMs / 1000} s after ${signal}`);
    await sleep(LOOK_EVERY_MS);
  }
}
