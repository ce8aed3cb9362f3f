import { type Configuration, type ConfigurationFault, readConfiguration } from '#application';
import { startFaultOf } from './start-fault.ts';

export const EXIT_CONFIGURATION = 2;
export const EXIT_START = 1;

function faultLine({ variable, fault, example }: ConfigurationFault): string {
  return `  ${variable} ${fault}. For example: ${variable}=${example}\n`;
}

/** The environment as configuration; on faults tells all of them and ends the process. `faultsOfRole`: what a role asks for beside it. */
export function configurationOrExit(
  environment: NodeJS.ProcessEnv,
  faultsOfRole: (environment: NodeJS.ProcessEnv) => readonly ConfigurationFault[] = () => [],
): Configuration {
  const result = readConfiguration(environment);
  const faults = [...(result.kind === 'faults' ? result.faults : []), ...faultsOfRole(environment)];
  if (result.kind === 'configuration' && faults.length === 0) return result.configuration;
  process.stderr.write(
    `cutover cannot start: ${faults.length} setting${faults.length === 1 ? ' is' : 's are'} wrong.\n${faults.map(faultLine).join('')}`,
  );
  process.exit(EXIT_CONFIGURATION);
}

/** The data folder holds customers' names and a refresh token: what is created is this user's own. */
const OWN_FILES_ONLY = 0o077;

/** Starts something; a fault that its operator can mend is told in one line and ends the process. */
export async function startOrExit<Running>(start: () => Promise<Running>): Promise<Running> {
  process.umask(OWN_FILES_ONLY);
  try {
    return await start();
  } catch (error) {
    const fault = startFaultOf(error);
    if (!fault) throw error;
    process.stderr.write(`cutover cannot start: ${fault.message}\n`);
    process.exit(EXIT_START);
  }
}
