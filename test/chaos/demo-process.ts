import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The built demo, as `npm run demo -- --exit` starts it. */
const DEMO = 'dist/apps/standalone/src/demo.js';
const LOOK_EVERY_MS = 10;

/** One process of the demo over a data folder. */
export class DemoProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>;

  constructor(folder: string) {
    this.#folder = folder;
    const environment = { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: folder, PORT: '0', SIMULATOR_PORT: '0' };
    this.#child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', DEMO, '--exit'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    this.#child.stdout!.on('data', (part: Buffer) => (output += part.toString()));
    this.#child.stderr!.on('data', (part: Buffer) => (errors += part.toString()));
    this.ended = new Promise((resolve) => this.#child.on('close', (code) => resolve({ code, output, errors })));
  }

  /** Where the driven clock stands, as the folder says; empty before the first moment. */
  get clock(): string {
    try {
      return readFileSync(join(this.#folder, 'clock'), 'utf8').trim();
    } catch {
      return '';
    }
  }

  /** Kills it as no program can prevent, so long after its clock has reached the moment. False when it had ended before. */
  async killAt(moment: string, delayMs: number): Promise<boolean> {
    while (this.clock < moment && this.#child.exitCode === null) await sleep(LOOK_EVERY_MS);
    await sleep(delayMs);
    const killed = this.#child.kill('SIGKILL');
    await this.ended;
    return killed && this.#child.signalCode === 'SIGKILL';
  }
}
