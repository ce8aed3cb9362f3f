import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet, Killable } from './fleet.ts';

export interface KillPlan {
  /** How often each part is killed, and how often the first worker is cut off from the broker. */
  readonly ofEach: number;
  readonly seed: number;
  /** Between the end of one and the beginning of the next, on average. */
  readonly everyMs: number;
  readonly onKill: (text: string) => void;
}

/** Park and Miller's generator: the same order of kills for the same seed. */
function drawFrom(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function cut({ wayToBroker }: Fleet): Killable {
  return {
    name: 'network between worker-1 and the broker',
    kill: () => Promise.resolve(wayToBroker.shut()),
    comeBack: () => Promise.resolve(wayToBroker.reopen()),
  };
}

const LONGEST_AWAY_MS = 4_000;

/** Kills parts of the fleet in a drawn order, lets each stay away for a moment, and starts it again. Returns how many were killed. */
export async function killAround(fleet: Fleet, { ofEach, seed, everyMs, onKill }: KillPlan, ended: AbortSignal): Promise<number> {
  const draw = drawFrom(seed);
  const waiting = [...fleet.killable, cut(fleet)].flatMap((part) => Array.from({ length: ofEach }, () => part));
  let kills = 0;
  const isOver = (): boolean => ended.aborted;
  while (waiting.length > 0 && !isOver()) {
    await sleep(everyMs * (0.5 + draw()), undefined, { signal: ended }).catch(() => undefined);
    if (isOver()) break;
    const [part] = waiting.splice(Math.floor(draw() * waiting.length), 1);
    const away = Math.round(draw() * LONGEST_AWAY_MS);
    await part!.kill();
    kills += 1;
    await sleep(away);
    await part!.comeBack();
    onKill(`${part!.name} was gone for ${(away / 1000).toFixed(1)} s (${waiting.length} kills left)`);
  }
  return kills;
}
