import { type Configuration, type ConfigurationFault, readConfiguration } from '#application';
import { type Standalone, startStandalone } from './start-standalone.ts';
import { startFaultOf } from './start-fault.ts';
import { stopOnSignal } from './stopping.ts';

export const EXIT_CONFIGURATION = 2;
export const EXIT_START = 1;

function faultLine({ variable, fault, example }: ConfigurationFault): string {
  return `  ${variable} ${fault}. For example: ${variable}=${example}\n`;
}

/** The environment as configuration; on faults tells all of them and ends the process. */
export function configurationOrExit(environment: NodeJS.ProcessEnv): Configuration {
  const result = readConfiguration(environment);
  if (result.kind === 'configuration') return result.configuration;
  process.stderr.write(
    `cutover cannot start: ${result.faults.length} setting${result.faults.length === 1 ? ' is' : 's are'} wrong.\n${result.faults.map(faultLine).join('')}`,
  );
  process.exit(EXIT_CONFIGURATION);
}

/** The data folder holds customers' names and a refresh token: what is created is this user's own. */
const OWN_FILES_ONLY = 0o077;

/** Starts the service; a fault that its operator can mend is told in one line and ends the process. */
export async function startOrExit(configuration: Configuration): Promise<Standalone> {
  process.umask(OWN_FILES_ONLY);
  try {
    return await startStandalone(configuration);
  } catch (error) {
    const fault = startFaultOf(error);
    if (!fault) throw error;
    process.stderr.write(`cutover cannot start: ${fault.message}\n`);
    process.exit(EXIT_START);
  }
}

export async function runMain(): Promise<void> {
  const running = await startOrExit(configurationOrExit(process.env));
  const stopped = stopOnSignal((abandon) => running.stop(abandon));
  const simulator = running.simulator ? `; Partner Center simulator: ${running.simulator.url}` : '';
  process.stdout.write(`cutover is ready: ${running.url} (API documentation: ${running.url}/docs)${simulator}\n`);
  process.exit(await stopped);
}
