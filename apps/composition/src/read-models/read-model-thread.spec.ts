import { describe, expect, test } from '@jest/globals';
import type { Instant, Position } from '#kernel';
import { ReadModelThread, type ReadModelThreadOptions, type ThreadEnd } from './read-model-thread.ts';
import type { FromReadModels, ToReadModels } from './thread-messages.ts';

const NOW = '2026-12-01T08:00:00.000Z' as Instant;

/** Stands in for a thread: keeps what it is told, and says what the spec lets it say. */
class StandInThread implements ThreadEnd {
  readonly told: ToReadModels[] = [];
  readonly #listeners = new Map<string, ((message: never) => void)[]>();

  constructor(readonly startedWith: { readonly toldUpTo: Position | null; readonly grown: Int32Array }) {}

  postMessage(message: ToReadModels): void {
    this.told.push(message);
    if (message.kind === 'ask' && message.work === 'stop') {
      this.say({ kind: 'answer', number: message.number, value: undefined });
      this.die();
    }
  }

  on(event: 'message' | 'exit' | 'error', listener: (message: never) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  say(message: FromReadModels): void {
    for (const listener of this.#listeners.get('message') ?? []) listener(message as never);
  }

  die(): void {
    for (const listener of this.#listeners.get('exit') ?? []) listener(undefined as never);
  }

  asked(work: string) {
    return this.told.flatMap((message) => (message.kind === 'ask' && message.work === work ? [message] : []));
  }
}

function turns(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function started(options: Partial<ReadModelThreadOptions> = {}) {
  const threads: StandInThread[] = [];
  const committed: [Position, readonly string[]][] = [];
  const errors: unknown[] = [];
  const starting = ReadModelThread.start({
    startThread(following) {
      threads.push(new StandInThread(following));
      return threads.at(-1)!;
    },
    onCommitted: (position, streams) => committed.push([position, streams]),
    switchTo: () => Promise.resolve(),
    onError: (error) => errors.push(error),
    delay: () => Promise.resolve(),
    random: () => 0.5,
    ...options,
  });
  threads[0]!.say({ kind: 'ready' });
  return { thread: await starting, threads, committed, errors };
}

describe('the service’s end of the read models’ thread', () => {
  test('gives each question its own answer, also out of turn, and each refusal with its code', async () => {
    const { thread, threads } = await started();
    const release = thread.ask('release', 'me');
    const claim = thread.ask('claimDue', NOW, 10, 'me', NOW);
    await turns();
    const [first] = threads[0]!.asked('release');
    const [second] = threads[0]!.asked('claimDue');
    expect(second).toMatchObject({ details: [NOW, 10, 'me', NOW] });
    threads[0]!.say({ kind: 'answer', number: second!.number, value: [] });
    threads[0]!.say({ kind: 'refusal', number: first!.number, fault: { message: 'no room', code: 'disk-full' } });
    expect(await claim).toEqual([]);
    await expect(release).rejects.toMatchObject({ message: 'no room', code: 'disk-full' });
  });

  test('a start that fails tells why', async () => {
    let stand: StandInThread | undefined;
    const refused = ReadModelThread.start({
      startThread: (following) => (stand = new StandInThread(following)),
      onCommitted: () => undefined,
      switchTo: () => Promise.resolve(),
      onError: () => undefined,
      delay: () => Promise.resolve(),
      random: () => 0,
    });
    stand!.say({ kind: 'cannot-start', fault: { message: 'it is no database', code: 'not-a-database' } });
    await expect(refused).rejects.toMatchObject({ code: 'not-a-database' });
  });

  test('tells of growth once until the thread has looked, and of the farthest position that somebody waits for', async () => {
    const { thread, threads } = await started();
    thread.grown();
    thread.grown();
    expect(threads[0]!.told).toEqual([{ kind: 'grown' }]);
    Atomics.store(threads[0]!.startedWith.grown, 0, 0);
    thread.grown();
    thread.hurryTo(5n as Position);
    thread.hurryTo(4n as Position);
    expect(threads[0]!.told).toEqual([{ kind: 'grown' }, { kind: 'grown' }, { kind: 'wanted', position: 5n }]);
  });

  test('a thread that dies fails what it had in hand and the health, and another one goes on where it was told of last', async () => {
    const { thread, threads, errors, committed } = await started();
    threads[0]!.say({ kind: 'committed', position: 7n as Position, streams: ['a'] });
    thread.hurryTo(9n as Position);
    const inHand = thread.ask('release', 'me');
    await turns();
    threads[0]!.die();
    await expect(inHand).rejects.toThrow('may be done or not');
    await expect(thread.checkFollowing()).rejects.toThrow('another one is being started');
    const later = thread.ask('release', 'me');
    await turns();
    expect(threads).toHaveLength(2);
    expect(threads[1]!.startedWith.toldUpTo).toBe(7n);
    threads[1]!.say({ kind: 'ready' });
    await turns();
    expect(threads[1]!.told).toContainEqual({ kind: 'wanted', position: 9n });
    threads[1]!.say({ kind: 'answer', number: threads[1]!.asked('release')[0]!.number, value: undefined });
    await later;
    const healthy = thread.checkFollowing();
    await turns();
    threads[1]!.say({ kind: 'answer', number: threads[1]!.asked('following')[0]!.number, value: undefined });
    await healthy;
    expect(errors).toHaveLength(1);
    expect(committed).toEqual([[7n, ['a']]]);
  });

  test('one that cannot be started again is tried until it can', async () => {
    const { thread, threads, errors } = await started();
    threads[0]!.die();
    await turns();
    threads[1]!.say({ kind: 'cannot-start', fault: { message: 'the disk is away', code: null } });
    await turns();
    threads[2]!.say({ kind: 'ready' });
    await turns();
    const stopped = thread.stop();
    await stopped;
    expect(errors.map((error) => (error as Error).message)).toEqual([
      'the thread of the read models ended: what it had in hand may be done or not',
      'the disk is away',
    ]);
  });

  test('lets readers see a new copy, or says why they cannot', async () => {
    const seen: string[] = [];
    const { threads } = await started({
      async switchTo(copy) {
        if (copy === 'bad') throw new Error('no such file');
        seen.push(copy);
      },
    });
    threads[0]!.say({ kind: 'switch', copy: 'next' });
    threads[0]!.say({ kind: 'switch', copy: 'bad' });
    await turns();
    expect(seen).toEqual(['next']);
    expect(threads[0]!.told).toEqual([
      { kind: 'switched', fault: null },
      { kind: 'switched', fault: { message: 'no such file', code: null } },
    ]);
  });

  test('stops once, is not started again, and refuses what is asked later', async () => {
    const { thread, threads, errors } = await started();
    await thread.stop();
    await thread.stop();
    await expect(thread.ask('release', 'me')).rejects.toThrow('were stopped');
    expect(threads).toHaveLength(1);
    expect(threads[0]!.asked('stop')).toHaveLength(1);
    expect(errors).toEqual([]);
  });

  test('stops while it has no thread: whoever waits for the next one is told', async () => {
    const { thread, threads } = await started({
      delay: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    });
    threads[0]!.die();
    const waiting = thread.ask('release', 'me');
    const refused = expect(waiting).rejects.toThrow('were stopped');
    await thread.stop();
    await refused;
    expect(threads).toHaveLength(1);
  });
});
