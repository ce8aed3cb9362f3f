import { expect, test } from '@jest/globals';
import { runAlone } from './run-alone.ts';
import type { HeldWork, SoleWork } from './sole-work.ts';
import { soleWorkOfOneProcess } from './sole-work.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const delay = turn;
const onError = (error: unknown) => {
  throw error;
};

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

test('of several that would do it one does, and another takes over when that one stops', async () => {
  const soleWork = soleWorkOfOneProcess();
  const log: string[] = [];
  const begin = (who: string) => () => {
    log.push(`${who} begins`);
    return { stop: () => Promise.resolve(void log.push(`${who} ends`)) };
  };
  const first = runAlone({ soleWork, name: 'relay', delay, onError }, begin('first'));
  await until(() => first.held);
  const second = runAlone({ soleWork, name: 'relay', delay, onError }, begin('second'));
  for (let turns = 0; turns < 20; turns += 1) await turn();
  expect([first.held, second.held, log]).toEqual([true, false, ['first begins']]);
  await first.stop();
  await until(() => second.held);
  await second.stop();
  expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('work that is lost ends, and is asked for again', async () => {
  const losses: AbortController[] = [];
  const soleWork: SoleWork = {
    take(): Promise<HeldWork> {
      const loss = new AbortController();
      losses.push(loss);
      return Promise.resolve({ lost: loss.signal, release: () => Promise.resolve() });
    },
  };
  let begun = 0;
  let running = 0;
  const alone = runAlone({ soleWork, name: 'relay', delay, onError }, () => {
    begun += 1;
    running += 1;
    return { stop: () => Promise.resolve(void (running -= 1)) };
  });
  await until(() => begun === 1);
  losses[0]!.abort();
  await until(() => begun === 2);
  expect(running).toBe(1);
  await alone.stop();
  expect(running).toBe(0);
});

test('whoever keeps the work may be away: it is asked for again', async () => {
  let away = 3;
  const faults: unknown[] = [];
  const one = soleWorkOfOneProcess();
  const soleWork: SoleWork = { take: (name) => (away-- > 0 ? Promise.reject(new Error('away')) : one.take(name)) };
  const alone = runAlone({ soleWork, name: 'relay', delay, onError: (error) => faults.push(error) }, () => ({
    stop: () => Promise.resolve(),
  }));
  await until(() => alone.held);
  expect(faults).toHaveLength(3);
  await alone.stop();
});
