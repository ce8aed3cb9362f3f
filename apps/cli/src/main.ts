#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCutover } from './program.ts';

const { stdin, stdout, stderr } = process;
const interrupted = new AbortController();

// The first one ends what runs in good order, the second one at once.
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());
// A reader that has seen enough (`| head`) is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

async function confirm(question: string): Promise<boolean> {
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal: interrupted.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}

process.exitCode = await runCutover(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env: process.env,
  fetch,
  signal: interrupted.signal,
  pause: (ms) => sleep(ms, undefined, { signal: interrupted.signal }).catch(() => undefined),
  confirm: stdin.isTTY && stderr.isTTY ? confirm : undefined,
  invocationId: randomUUID(),
});
