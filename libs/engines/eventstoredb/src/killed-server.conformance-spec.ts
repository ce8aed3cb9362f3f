import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, jest, test } from '@jest/globals';
import type { AppendResult, EventStore } from '#event-sourcing';
import { follow } from './follower-for-spec.ts';
import { events, idsOf, partsOfACase } from './store-and-server-for-spec.ts';

jest.setTimeout(120_000);

const parts = partsOfACase();

test('a server that is killed in the middle of appends: each is written once and answered, and a follower misses none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stand-in-'));
  parts.atTheEnd(() => rm(folder, { recursive: true }));
  const server = new KillableServer(folder);
  parts.atTheEnd(() => server.kill());
  const store = await parts.store(await server.start());
  const seen = follow(store);
  parts.atTheEnd(() => seen.running.stop());

  const [writers, appends, size] = [6, 40, 2];
  const writing = Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const answers: AppendResult[] = [];
      for (let n = 0; n < appends; n++) answers.push(await appended(store, server, writer, n, size));
      return answers;
    }),
  );
  const total = writers * appends * size;
  for (const reached of [0.2, 0.4, 0.6, 0.8]) {
    await seen.until(total * reached);
    await server.kill();
    await server.start();
  }
  const answered = (await writing).flat();
  await seen.until(total);

  const log = await store.readAll({ limit: total + 1 });
  expect(log).toHaveLength(total);
  expect(seen.events).toEqual(log);
  expect(new Set(idsOf(log)).size).toBe(total);
  for (const { events: recorded } of answered) expect(log).toEqual(expect.arrayContaining([...recorded]));
});

/** As the command loop's callers do: repeated with the same event ids until there is an answer. */
async function appended(store: EventStore, server: KillableServer, writer: number, n: number, size: number): Promise<AppendResult> {
  const expected = n === 0 ? 'no-stream' : { exactly: n * size - 1 };
  for (;;) {
    try {
      return await store.append(`writer-${writer}`, expected, events(`${writer}-${n}`, size));
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^(append-outcome-unknown|event-store-unreachable)$/) });
      await server.up;
    }
  }
}

/** The stand-in as a process of its own, on one port and one folder for all its lives. */
class KillableServer {
  readonly #folder: string;
  #process: ChildProcess | undefined;
  #port = '0';
  /** Resolves when it listens. */
  up: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(): Promise<string> {
    this.#process = spawn(process.execPath, ['dist/test/eventstoredb-server/main.js', '--port', this.#port, '--data-dir', this.#folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = once(createInterface(this.#process.stdout!), 'line');
    this.up = line;
    const [text] = (await line) as [string];
    const { eventStoreUrl } = JSON.parse(text) as { eventStoreUrl: string };
    this.#port = new URL(eventStoreUrl).port;
    return eventStoreUrl;
  }

  async kill(): Promise<void> {
    const dying = this.#process;
    if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return;
    const dead = once(dying, 'exit');
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.up = promise;
    dying.kill('SIGKILL');
    await dead;
    setImmediate(resolve);
  }
}
