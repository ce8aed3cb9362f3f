import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { Simulator } from '../../../partner-center-simulator/src/index.ts';

const FOLDER = join(dirname(findPackageJSON(import.meta.url)!), 'samples');

/** 200 sample customers, as a partner would export them. */
export const SAMPLE_FILE = join(FOLDER, 'customers.csv');

/** How each of them answers, by tenant id. */
export async function sampleBehaviour(): Promise<Readonly<Record<string, Parameters<Simulator['describeCustomer']>[1]>>> {
  return JSON.parse(await readFile(join(FOLDER, 'customer-behaviour.json'), 'utf8')) as Record<
    string,
    Parameters<Simulator['describeCustomer']>[1]
  >;
}
