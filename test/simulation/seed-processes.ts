import { type ChildProcess, fork } from 'node:child_process';
import pLimit from 'p-limit';
import type { Instant } from '#kernel';
import type { Life, Verdict } from './seeds.ts';
import { askedProcesses } from './which-seeds.ts';

export interface AskedSeed {
  readonly seed: number;
  readonly customers: number;
}

/** What a process that judges a seed says. */
export type Told =
  | { readonly kind: 'day'; readonly life: Life; readonly day: Instant }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'fault'; readonly fault: string };

/** Long for a seed on a machine that has other things to do: beyond it, it hangs. */
const MOST_MS = 600_000;

const fromSource = import.meta.url.endsWith('.ts');

/**
 * Processes that judge seeds, one seed at a time each. A process serves many: to start one, and to warm it up, takes as
 * long as a seed does afterwards.
 */
export class SeedProcesses {
  readonly #limit = pLimit(askedProcesses());
  readonly #idle: ChildProcess[] = [];

  verdictOf(asked: AskedSeed): Promise<Verdict> {
    return this.#limit(async () => {
      const child = this.#idle.pop() ?? begin();
      try {
        const verdict = await answerOf(child, asked);
        this.#idle.push(child);
        return verdict;
      } catch (error) {
        // Whatever it left behind goes with it.
        child.kill('SIGKILL');
        throw error;
      }
    });
  }

  close(): void {
    for (const child of this.#idle) child.disconnect();
  }
}

function begin(): ChildProcess {
  return fork(new URL(`./seed-process.${fromSource ? 'ts' : 'js'}`, import.meta.url), {
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      ...(fromSource ? [`--import=${new URL('./from-source.js', import.meta.url).href}`] : []),
    ],
  });
}

function answerOf(child: ChildProcess, asked: AskedSeed): Promise<Verdict> {
  const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
  let stands = 'at its beginning';
  const fail = (how: string): void => reject(new Error(`seed ${asked.seed} ${how}`));
  const hear = (message: unknown): void => {
    const told = message as Told;
    if (told.kind === 'day') stands = `on ${told.day.slice(0, 10)}, ${told.life}`;
    else if (told.kind === 'verdict') resolve(told.verdict);
    else fail(`failed ${stands}: ${told.fault}`);
  };
  const end = (code: number | null): void => fail(`ended its process ${stands}, with ${code ?? 'a signal'}`);
  const overdue = setTimeout(() => fail(`does not end: after ${MOST_MS / 1_000} s it stands ${stands}`), MOST_MS);
  child.on('message', hear).once('exit', end);
  child.send(asked);
  return promise.finally(() => {
    clearTimeout(overdue);
    child.off('message', hear).off('exit', end);
  });
}
