import { configurationOrExit, startOrExit } from '../../composition/src/start-or-exit.ts';
import { stopOnSignal } from '../../composition/src/stopping.ts';
import { startStandalone } from './start-standalone.ts';

export async function runMain(): Promise<void> {
  const configuration = configurationOrExit(process.env);
  const running = await startOrExit(() => startStandalone(configuration));
  const stopped = stopOnSignal((abandon) => running.stop(abandon));
  const simulator = running.simulator ? `; Partner Center simulator: ${running.simulator.url}` : '';
  process.stdout.write(`cutover is ready: ${running.url} (API documentation: ${running.url}/docs)${simulator}\n`);
  process.exit(await stopped);
}
