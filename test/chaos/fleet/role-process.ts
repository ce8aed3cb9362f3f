import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;
const LAST_WORDS = 3_000;

export interface RoleSettings {
  readonly name: string;
  /** The built program. */
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  /** 200 when it is up. */
  readonly upAt: string;
  readonly logFile: string;
  readonly startsWithinMs: number;
}

/** One process of the fleet, which can be killed and started again on the same port and data. */
export class RoleProcess {
  readonly name: string;
  readonly #settings: RoleSettings;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(settings: RoleSettings) {
    this.name = settings.name;
    this.#settings = settings;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts the process; `up` says when it answers. */
  start(): void {
    const { PATH = '', HOME = '' } = process.env;
    const log = openSync(this.#settings.logFile, 'a');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', this.#settings.main], {
      env: { PATH, HOME, ...this.#settings.env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
  }

  /** Resolves when it answers. @throws when it has ended, or does not within its time */
  async up(): Promise<void> {
    const until = Date.now() + this.#settings.startsWithinMs;
    while (Date.now() < until) {
      if (this.#child?.exitCode !== null) break;
      const answer = await fetch(this.#settings.upAt, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok) return;
      await sleep(LOOK_EVERY_MS);
    }
    throw new Error(`${this.name} is not up: ${readFileSync(this.#settings.logFile, 'utf8').slice(-LAST_WORDS)}`);
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM');
    await this.#ended;
  }
}
