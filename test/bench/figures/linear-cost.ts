import type { Figure } from '../figure.ts';
import { bytesIn, withFolder } from '../folder.ts';
import { openProduct } from '../product.ts';
import { seedLog } from '../seeded-log.ts';

const MICROSECONDS = 1_000;
const MEGABYTE = 1024 * 1024;

interface Cost {
  readonly cpuMs: number;
  readonly heapMb: number;
  readonly diskMb: number;
}

/** What it takes to write the log of so many migrations and to build and open their read models: all threads' CPU time, what stays in memory, disk. */
function costOf(migrations: number): Promise<Cost> {
  return withFolder(async (folder) => {
    globalThis.gc?.();
    const heapBefore = process.memoryUsage().heapUsed;
    const before = process.cpuUsage();
    await seedLog(folder, migrations);
    const product = await openProduct(folder);
    await product.caughtUp();
    const { user, system } = process.cpuUsage(before);
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed - heapBefore;
    await product.close();
    return { cpuMs: (user + system) / MICROSECONDS, heapMb: heap / MEGABYTE, diskMb: bytesIn(folder, /\.db$/) / MEGABYTE };
  });
}

export const linearCost: Figure = {
  name: 'linear-cost',
  title: 'Ten times the migrations: what log and read models cost then',
  async measure({ quick }) {
    const few = quick ? 200 : 2_000;
    await costOf(few);
    const once = await costOf(few);
    const tenTimes = await costOf(few * 10);
    const limit = { of: 'ratio', kind: 'at-most', value: 11 } as const;
    const compared = (name: string, unit: string, of: keyof Cost) => ({
      name,
      unit,
      value: tenTimes[of],
      peer: { name: `for ${few} migrations`, value: once[of] },
      limit,
    });
    return [
      compared(`CPU time for ${few * 10} migrations`, 'ms', 'cpuMs'),
      compared(`memory held for ${few * 10} migrations`, 'MB', 'heapMb'),
      compared(`disk for ${few * 10} migrations`, 'MB', 'diskMb'),
    ];
  },
};
