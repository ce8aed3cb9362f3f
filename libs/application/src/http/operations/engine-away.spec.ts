import { expect, test } from '@jest/globals';
import type { HealthPart } from '../../service/service.ts';
import { engineAway } from './engine-away.ts';

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Down at the looks that are named so, else up; over after the last of them. */
function part(name: string, looks: readonly ('up' | 'down')[], over = new AbortController()): HealthPart & { over: AbortSignal } {
  let look = 0;
  return {
    name,
    over: over.signal,
    check() {
      const state = looks[look];
      look += 1;
      if (look > looks.length) over.abort();
      return state === 'down' ? Promise.reject(new Error(`${name} is away`)) : Promise.resolve();
    },
  };
}

test('an engine that stays down is told', async () => {
  const log = part('log', ['up', 'down', 'down', 'down']);
  expect(await engineAway([log], soon, log.over)).toEqual({ name: 'log', status: 'down', detail: 'log is away' });
});

test('one that is back soon is not, nor are parts that live on engines', async () => {
  const bus = part('bus', ['down', 'down', 'up', 'down', 'down', 'up']);
  const relay = part('relay', ['down', 'down', 'down', 'down', 'down', 'down']);
  expect(await engineAway([relay, bus], soon, bus.over)).toBeUndefined();
});
