import { readFileSync } from 'node:fs';
import { describe } from '@jest/globals';

const ENV_FILE = '.engines/env';

/** Where an engine of this machine is, by the service's own setting for it: from the environment, else from `npm run engines:up`. */
export function engineAddress(setting: string): string | undefined {
  return process.env[setting] ?? fromFile(setting);
}

function fromFile(setting: string): string | undefined {
  let lines: readonly string[];
  try {
    lines = readFileSync(ENV_FILE, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  return lines.find((line) => line.startsWith(`${setting}=`))?.slice(setting.length + 1);
}

/**
 * Cases that need an engine which runs beside the tests. Where there is none they are skipped and say what to do; in
 * the continuous integration that is a failure, so that nothing is silently left out.
 */
export function describeWithEngine(setting: string, cases: (address: string) => void): void {
  const address = engineAddress(setting);
  if (address !== undefined) return cases(address);
  const missing = `${setting} is not set, and no engine is up: run \`npm run engines:up\``;
  if (process.env.CI === 'true') throw new Error(missing);
  describe.skip(missing, () => cases(''));
}
