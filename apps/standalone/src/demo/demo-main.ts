import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createStageBars } from '../../../cli/src/stage-bars/index.ts';
import { readSmallFile, replaceSmallFile } from '../../../composition/src/small-file.ts';
import { EXIT_START, configurationOrExit, startOrExit } from '../../../composition/src/start-or-exit.ts';
import { stopOnSignal } from '../../../composition/src/stopping.ts';
import { startStandalone } from '../start-standalone.ts';
import { reportFault, reportText } from './report.ts';
import { DEMO_START, runDemo } from './run-demo.ts';

const DEFAULT_FOLDER = './data/demo';
/** Left in the folder when a demo has come to its end: the next one begins anew. */
const FINISHED = 'demo-finished';

async function clearFinished(folder: string): Promise<boolean> {
  if ((await readSmallFile(join(folder, FINISHED)).catch(() => undefined)) === undefined) return false;
  await rm(folder, { recursive: true, force: true });
  return true;
}

/** `npm run demo`: a year of 200 customers in about a minute, then the dashboard stays up until Ctrl-C. */
export async function runDemoMain(args: readonly string[]): Promise<void> {
  const unknown = args.filter((arg) => arg !== '--exit');
  if (unknown.length > 0) {
    process.stderr.write(`demo does not know ${unknown.join(' ')}. It takes --exit only, which ends it after the report.\n`);
    process.exit(EXIT_START);
  }
  const environment = { DATA_DIR: DEFAULT_FOLDER, LOG_LEVEL: 'fatal', ...process.env, CLOCK: `driven:${DEMO_START}` };
  const configuration = configurationOrExit(environment);
  await clearFinished(configuration.dataDir);
  const running = await startOrExit(() => startStandalone(configuration));
  const stopping = new AbortController();
  const stopped = stopOnSignal(async (abandon) => {
    stopping.abort();
    await running.stop(abandon);
  });
  const exit = async (code: number): Promise<never> => process.exit(code);
  void stopped.then(exit);

  process.stdout.write(
    `cutover demo: 200 customers, a year on a driven clock. API: ${running.url}; simulator: ${running.simulator?.url ?? ''}\n`,
  );
  const bars = createStageBars(process.stdout);
  try {
    const report = await runDemo(running, {
      stopping: stopping.signal,
      onProgress: ({ clock, overview }) =>
        bars.update({
          clock,
          stages: Object.fromEntries(Object.entries(overview.stages).map(([stage, { migrations }]) => [stage, migrations])),
          total: overview.conservation.registered,
          gaps: overview.gaps,
        }),
    });
    bars.stop();
    if (!report) return;
    process.stdout.write(`\n${reportText(report)}\n\n`);
    const fault = reportFault(report);
    await replaceSmallFile(join(configuration.dataDir, FINISHED), 'finished\n');
    if (fault) process.stderr.write(`the demo did not end as it must: ${fault}\n`);
    if (args.includes('--exit') || fault) {
      await running.stop(AbortSignal.timeout(4_000));
      process.exit(fault ? 1 : 0);
    }
    process.stdout.write(`The service stays up at ${running.url} until Ctrl-C.\n`);
  } catch (error) {
    bars.stop();
    if (stopping.signal.aborted) return;
    throw error;
  }
}
