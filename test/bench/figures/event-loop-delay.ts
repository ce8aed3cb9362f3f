import { answeredBy } from '../answered-by.ts';
import type { Figure, Measurement } from '../figure.ts';
import { withFolder } from '../folder.ts';
import { slowDisk } from '../slow-disk.ts';
import type { DelayAnswer } from '../whole-commands-delay.ts';

function delayOf(migrations: number, env: NodeJS.ProcessEnv): Promise<DelayAnswer> {
  return answeredBy(new URL('../whole-commands-delay.js', import.meta.url), migrations, env);
}

export const eventLoopDelay: Figure = {
  name: 'event-loop-delay',
  title: 'How late the event loop is while whole commands are appended, 64 in flight, read models kept up',
  async measure({ quick }) {
    return withFolder(async (folder) => {
      const slow = await delayOf(quick ? 250 : 2_000, slowDisk(folder, 10));
      const fast = await delayOf(quick ? 1_000 : 5_000, process.env);
      return [
        {
          name: 'each sync of a file 10 ms slower, 99th percentile',
          unit: 'ms',
          value: slow.p99Ms,
          limit: { of: 'value', kind: 'at-most', value: 20 },
        },
        ...told('each sync of a file 10 ms slower', slow),
        { name: 'this disk, 99th percentile', unit: 'ms', value: fast.p99Ms, note: 'as many commands as the processors allow' },
        ...told('this disk', fast),
      ];
    });
  },
};

function told(name: string, { medianMs, longestMs, commandsPerSecond }: DelayAnswer): readonly Measurement[] {
  return [
    { name: `${name}, median`, unit: 'ms', value: medianMs },
    { name: `${name}, longest`, unit: 'ms', value: longestMs },
    { name: `${name}, commands`, unit: '/s', value: commandsPerSecond },
  ];
}
