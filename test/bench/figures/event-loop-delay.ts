import { monitorEventLoopDelay } from 'node:perf_hooks';
import { derivedId } from '#kernel';
import type { Figure } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { openProduct } from '../product.ts';
import { inFlight } from '../rounds.ts';
import { eightCommands, sampleMigration } from '../sample-migrations.ts';

const NANOSECONDS = 1e6;

export const eventLoopDelay: Figure = {
  name: 'event-loop-delay',
  title: 'How late the event loop is while whole commands are appended, 64 in flight, read models kept up',
  async measure({ quick }) {
    const migrations = quick ? 1_000 : 5_000;
    return withFolder(async (folder) => {
      const product = await openProduct(folder);
      const run = (from: number, count: number) =>
        inFlight(64, count, async (index) => {
          const sample = sampleMigration(from + index);
          for (const [step, command] of eightCommands(sample).entries())
            await product.execute(sample, command, derivedId(sample.id, String(step)));
        });
      await run(0, 500);
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      await run(500, migrations);
      await product.caughtUp();
      delay.disable();
      await product.close();
      return [
        {
          name: '99th percentile',
          unit: 'ms',
          value: delay.percentile(99) / NANOSECONDS,
          limit: { of: 'value', kind: 'at-most', value: 20 },
        },
        { name: 'median', unit: 'ms', value: delay.percentile(50) / NANOSECONDS },
        { name: 'longest', unit: 'ms', value: delay.max / NANOSECONDS },
      ];
    });
  },
};
