import { bareRebuild } from '../bare-rebuild.ts';
import type { Figure } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { type Product, openProduct } from '../product.ts';
import { rebuilt } from '../rebuilt.ts';
import { alternated, perSecond, quantile } from '../rounds.ts';
import { seedLog } from '../seeded-log.ts';

const PAUSE_MS = 10;
const MEGABYTE = 1024 * 1024;

/** Asks for lists, pausing between them, until told to stop. Returns how long each took, in milliseconds. */
function askingAllTheTime({ service, clock }: Product): () => Promise<readonly number[]> {
  const times: number[] = [];
  const stopping = new AbortController();
  const run = (async () => {
    while (!stopping.signal.aborted) {
      const start = performance.now();
      await service.queries.migrations.list({ filter: {}, sort: 'lastSafeMoment', descending: false, limit: 50 }, clock.now());
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return async () => {
    stopping.abort();
    await run;
    return times;
  };
}

export const rebuild: Figure = {
  name: 'rebuild',
  title: 'All read models built anew from the log, while the old ones are asked',
  async measure({ quick }) {
    const migrations = quick ? 1_000 : 20_000;
    return withFolder(async (folder) => {
      const events = await seedLog(folder, migrations);
      const product = await openProduct(folder);
      await product.caughtUp();
      const times: number[] = [];
      let peak = 0;
      const { median, ratio } = await alternated(quick ? 1 : 3, {
        async ours() {
          globalThis.gc?.();
          const before = process.memoryUsage().rss;
          const stop = askingAllTheTime(product);
          const rate = await perSecond(events, () => rebuilt(product, () => (peak = Math.max(peak, process.memoryUsage().rss - before))));
          times.push(...(await stop()));
          return rate;
        },
        bare: (round) => bareRebuild(folder, String(round), events),
      });
      await product.close();
      const peer = { name: 'bare read-fold-upsert loop', value: median.bare, ratio: ratio('ours', 'bare') };
      return [
        { name: 'events', unit: '/s', value: median.ours, peer, limit: { of: 'ratio', kind: 'at-least', value: 0.5 } },
        {
          name: 'lists asked meanwhile, 99th percentile',
          unit: 'ms',
          value: quantile(times, 0.99),
          limit: { of: 'value', kind: 'at-most', value: 20 },
        },
        { name: `memory taken at most, ${events} events`, unit: 'MB', value: peak / MEGABYTE },
      ];
    });
  },
};
