import { describe, expect, test } from '@jest/globals';
import { GroupCommit } from './group-commit.ts';

/** Batches as they were written; each one stays open until it is released. */
function recording(
  commitMs: number,
  maxSize = 1_000,
): { group: GroupCommit<number>; batches: number[][]; settled: number[]; release: () => Promise<void>; turn: () => Promise<void> } {
  const batches: number[][] = [];
  const settled: number[] = [];
  const open: (() => void)[] = [];
  let elapsed = 0;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const group = new GroupCommit<number>({
    write: async (jobs) => {
      batches.push([...jobs]);
      await new Promise<void>((resolve) => open.push(resolve));
      return { commitMs, settle: () => settled.push(...jobs) };
    },
    sizeOf: () => 1,
    maxSize,
    elapsed: () => elapsed++,
  });
  const release = async (): Promise<void> => {
    open.shift()!();
    await turn();
  };
  return { group, batches, settled, release, turn };
}

const SLOW_DISK_MS = 1_000;

describe('group commit', () => {
  test('what arrives in one turn is one batch; what arrives while it is written is the next', async () => {
    const { group, batches, settled, release, turn } = recording(SLOW_DISK_MS);
    for (const job of [1, 2, 3]) group.add(job);
    await turn();
    for (const job of [4, 5]) group.add(job);
    await turn();
    group.add(6);
    expect(batches).toEqual([[1, 2, 3]]);
    await release();
    expect(settled).toEqual([1, 2, 3]);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    await release();
    expect(settled).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('the other half is handed over while the first one is written, and a third batch is not', async () => {
    const { group, batches, settled, release, turn } = recording(0);
    const round = [1, 2, 3, 4];
    for (let rounds = 0; rounds < 2; rounds++) {
      for (const job of round) group.add(job);
      await turn();
      await release();
    }
    for (const job of round) group.add(job);
    expect(batches).toEqual([round, round, [1, 2], [3, 4]]);
    for (const job of [5, 6]) group.add(job);
    await turn();
    expect(batches).toHaveLength(4);
    for (let left = 0; left < 3; left++) await release();
    expect(batches.slice(4)).toEqual([[5, 6]]);
    expect(settled).toEqual([...round, ...round, ...round, 5, 6]);
  });

  test('a batch ends at the largest size', async () => {
    const { group, batches, release, turn } = recording(SLOW_DISK_MS, 2);
    for (const job of [1, 2, 3, 4, 5]) group.add(job);
    await turn();
    for (let batch = 0; batch < 3; batch++) await release();
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
  });

  test('is idle when all is settled', async () => {
    const { group, settled, release, turn } = recording(SLOW_DISK_MS);
    await group.idle();
    group.add(1);
    await turn();
    group.add(2);
    const idle = group.idle().then(() => settled.push(-1));
    await release();
    await release();
    await idle;
    expect(settled).toEqual([1, 2, -1]);
  });

  test.each([
    ['where the disk takes less time than the callers, they are served in two halves', 0, [8, 8, 8, 4, 4]],
    ['where the disk takes longer, they share a commit', SLOW_DISK_MS, [8, 8, 8, 8, 8]],
  ])('%s', async (_, commitMs, sizes) => {
    let elapsed = 0;
    const batches: number[] = [];
    const enough = Promise.withResolvers<number>();
    const group = new GroupCommit<number>({
      write: async (jobs) => {
        batches.push(jobs.length);
        if (batches.length === sizes.length) enough.resolve(batches.length);
        return {
          commitMs,
          settle: () => {
            for (const job of batches.length < sizes.length ? jobs : []) {
              elapsed += 1;
              group.add(job);
            }
          },
        };
      },
      sizeOf: () => 1,
      maxSize: 1_000,
      elapsed: () => elapsed,
    });
    for (let job = 0; job < 8; job++) group.add(job);
    await enough.promise;
    expect(batches).toEqual(sizes);
    await group.idle();
  });
});
