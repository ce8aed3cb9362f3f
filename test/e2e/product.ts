import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A built program, and how it says where it is. */
export interface Program {
  readonly main: string;
  readonly ready: RegExp;
}

const STANDALONE: Program = {
  main: resolve('dist/apps/standalone/src/main.js'),
  ready: /cutover is ready: (\S+) .*Partner Center simulator: (\S+)/,
};
export const API: Program = { main: resolve('dist/apps/api/src/main.js'), ready: /cutover api is up: (\S+)/ };
export const WORKER: Program = { main: resolve('dist/apps/worker/src/main.js'), ready: /cutover worker is up: (\S+)/ };
export const SIMULATOR: Program = {
  main: resolve('dist/apps/partner-center-simulator/src/main.js'),
  ready: /simulator \(a stand-in, not the real one\) serves (\S+)/,
};

const STARTS_WITHIN_MS = 30_000;

/** Where the driven clock of these tests begins. */
export const START = '2026-12-01T08:00:00.000Z';

type Settings = Readonly<Record<string, string>>;

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A built program as an operator starts it: a process, reached over HTTP alone. */
export interface Started {
  readonly url: string;
  readonly pid: number;
  /** What it has said of itself so far. */
  readonly stderr: () => string;
  /** Sends a signal and waits for the end of the process. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface Product extends Started {
  readonly simulatorUrl: string;
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cutover-e2e-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Nothing of the test's own environment reaches the product, but what a process needs to run. */
function environment(settings: Settings): NodeJS.ProcessEnv {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return {
    PATH,
    HOME,
    ...(TMPDIR !== undefined && { TMPDIR }),
    PORT: '0',
    SIMULATOR_PORT: '0',
    LOG_LEVEL: 'error',
    CLOCK: `driven:${START}`,
    ...settings,
  };
}

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly said: { stdout: string; stderr: string };
}

function run({ main }: Program, settings: Settings): Running {
  const process_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  process_.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  process_.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const ended = new Promise<Ended>((done, failed) => {
    process_.once('error', failed);
    process_.once('close', (code, signal) => done({ code, signal, ...said }));
  });
  return { process: process_, ended, said };
}

/** Starts what is meant not to start, and waits for its end. */
export async function runToItsEnd(settings: Settings, program = STANDALONE): Promise<Ended> {
  const running = run(program, settings);
  const tooLong = setTimeout(() => running.process.kill('SIGKILL'), STARTS_WITHIN_MS);
  try {
    return await running.ended;
  } finally {
    clearTimeout(tooLong);
  }
}

/** Starts the product and waits for the line that says where it is. */
export async function startProduct(settings: Settings & { readonly DATA_DIR: string }): Promise<Product> {
  const { started, addresses } = await start(STANDALONE, settings);
  return { ...started, simulatorUrl: addresses[2]! };
}

/** Starts a part of the product, or the stand-in of its outside, and waits for the line that says where it is. */
export async function startProgram(program: Program, settings: Settings): Promise<Started> {
  return (await start(program, settings)).started;
}

async function start(program: Program, settings: Settings): Promise<{ readonly started: Started; readonly addresses: RegExpExecArray }> {
  const { process: process_, ended, said } = run(program, settings);
  const addresses = await new Promise<RegExpExecArray>((found, failed) => {
    const tooLong = setTimeout(() => {
      process_.kill('SIGKILL');
      failed(new Error(`the product was not ready in time: ${said.stderr}`));
    }, STARTS_WITHIN_MS);
    process_.stdout!.on('data', () => {
      const match = program.ready.exec(said.stdout);
      if (!match) return;
      clearTimeout(tooLong);
      found(match);
    });
    ended.then(
      ({ code, stderr }) => failed(new Error(`the product ended with ${code}: ${stderr}`)),
      (error: unknown) => failed(error as Error),
    );
  });
  const started: Started = {
    url: addresses[1]!,
    pid: process_.pid!,
    stderr: () => said.stderr,
    end: (signal = 'SIGTERM') => {
      process_.kill(signal);
      return ended;
    },
  };
  return { started, addresses };
}
