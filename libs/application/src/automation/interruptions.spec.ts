import { describe, expect, test } from '@jest/globals';
import { plusMs } from '#kernel';
import { OutsideFailure } from '#partner-center';
import { Crash, NEW_SKU, OLD_SKU, World } from './world-for-spec.ts';

type Interruption = 'crash before' | 'crash after' | 'lost reply';

const lines = [
  { seats: 6, users: 6, target: { catalogItem: 'NEW:0001', skuId: null, seats: null } },
  { seats: 4, users: 0, skuId: '66666666-6666-4666-8666-666666666666', target: { catalogItem: 'SAME:0001', skuId: null, seats: null } },
];

/** Runs a whole life in which one call or command, counted from 0, is interrupted; answers how many there were. */
async function life(world: World, at: number, how: Interruption): Promise<number> {
  let count = 0;
  const around = (outside: boolean) => () => {
    const hit = count === at;
    count += 1;
    return {
      before: () => {
        if (hit && how === 'crash before') throw new Crash();
      },
      after: () => {
        if (!hit || how === 'crash before') return;
        if (how === 'crash after' || !outside) throw new Crash();
        throw new OutsideFailure('retry-later', 'no-answer', 'the reply was lost', undefined, undefined, true);
      },
    };
  };
  world.outside.around = around(true);
  world.aroundCommand = around(false);
  await world.register(lines);
  await world.runToEnd();
  return count;
}

describe('an interruption at any point', () => {
  test.each(['crash before', 'crash after', 'lost reply'] as const)(
    '%s: the same end, nothing bought twice, every user moved',
    async (how) => {
      const steps = await life(new World(), -1, how);
      expect(steps).toBeGreaterThan(40);
      for (let at = 0; at < steps; at += 1) {
        const world = new World();
        await life(world, at, how);
        const migration = await world.migration();
        const ordered = world.outside.orders.flatMap(({ lines: bought }) => bought.map(({ quantity }) => quantity)).sort();
        expect({ at, ordered, completed: migration.completedAt !== null }).toEqual({ at, ordered: [4, 6], completed: true });
        expect([...world.outside.carts.values()].filter(({ orderIds }) => orderIds)).toHaveLength(1);
        expect({ at, licenses: migration.lines[0]!.reassignment }).toMatchObject({
          at,
          licenses: { inScope: 6, reassigned: 6, failed: 0 },
        });
        expect(world.outside.swaps.map(({ userId }) => userId).sort()).toEqual([...world.outside.held.keys()].sort());
        expect([...world.outside.held.values()].every((held) => held.has(NEW_SKU) && !held.has(OLD_SKU))).toBe(true);
        const mails = [...world.outside.mails.values()].map(({ kind }) => kind);
        expect({ at, invitations: mails.filter((kind) => kind === 'invitation').length }).toEqual({ at, invitations: 1 });
      }
    },
  );
});

/** A small deterministic source of numbers from 0 to 1 (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('interruptions all the time', () => {
  const faults: readonly ((world: World) => Error)[] = [
    () => new Crash(),
    () => new OutsideFailure('retry-later', 'no-answer', 'no answer', undefined, undefined, true),
    () => new OutsideFailure('retry-later', 'server-error', 'their error'),
    (world) => new OutsideFailure('retry-later', 'throttled', 'slow down', plusMs(world.now, 60_000)),
    () => new OutsideFailure('needs-person', 'credit-limit', 'no credit'),
  ];

  test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))('seed %i', async (seed) => {
    const random = chance(seed);
    const world = new World({ visibleAfterMs: random() < 0.5 ? 0 : 10 * 60_000 });
    const fault = (of: readonly ((world: World) => Error)[]): void => {
      if (random() < 0.15) throw of[Math.floor(random() * of.length)]!(world);
    };
    world.outside.around = () => ({ before: () => fault(faults), after: () => fault(faults.slice(0, 2)) });
    world.aroundCommand = () => ({ before: () => fault(faults.slice(0, 1)), after: () => fault(faults.slice(0, 1)) });
    await world.register(lines);
    await world.runToEnd();
    const migration = await world.migration();
    const ordered = world.outside.orders.flatMap(({ lines: bought }) => bought.map(({ quantity }) => quantity)).sort();
    expect({ ordered, completed: migration.completedAt !== null, attentions: migration.attentions }).toEqual({
      ordered: [4, 6],
      completed: true,
      attentions: [],
    });
    expect(migration.lines[0]!.reassignment).toMatchObject({ inScope: 6, reassigned: 6, failed: 0 });
    expect(world.outside.swaps.map(({ userId }) => userId).sort()).toEqual([...world.outside.held.keys()].sort());
  });
});
