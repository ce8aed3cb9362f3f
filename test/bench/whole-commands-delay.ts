import { monitorEventLoopDelay } from 'node:perf_hooks';
import { derivedId } from '#kernel';
import { withFolder } from './folder.ts';
import { openProduct } from './product.ts';
import { inFlight } from './rounds.ts';
import { eightCommands, sampleMigration } from './sample-migrations.ts';

const NANOSECONDS = 1e6;
const IN_FLIGHT = 64;

export interface DelayAnswer {
  readonly p99Ms: number;
  readonly medianMs: number;
  readonly longestMs: number;
  readonly commandsPerSecond: number;
}

/** Whole commands of so many migrations, 64 in flight, in a process of their own, whose disk may be slow. */
async function run(migrations: number): Promise<DelayAnswer> {
  return withFolder(async (folder) => {
    const product = await openProduct(folder);
    const commands = (from: number, count: number) =>
      inFlight(IN_FLIGHT, count, async (index) => {
        const sample = sampleMigration(from + index);
        for (const [step, command] of eightCommands(sample).entries())
          await product.execute(sample, command, derivedId(sample.id, String(step)));
      });
    const warmUp = IN_FLIGHT * 2;
    await commands(0, warmUp);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const start = performance.now();
    delay.enable();
    await commands(warmUp, migrations);
    delay.disable();
    const seconds = (performance.now() - start) / 1_000;
    await product.close();
    return {
      p99Ms: delay.percentile(99) / NANOSECONDS,
      medianMs: delay.percentile(50) / NANOSECONDS,
      longestMs: delay.max / NANOSECONDS,
      commandsPerSecond: (migrations * eightCommands(sampleMigration(0)).length) / seconds,
    };
  });
}

process.on('message', (migrations: number) => {
  void run(migrations).then((answer) => process.send?.(answer, () => process.disconnect()));
});
