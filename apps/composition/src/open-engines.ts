import type { Logger } from 'pino';
import type { Clock } from '#kernel';
import { soleWorkOfOneProcess } from '#event-sourcing';
import type { DataFolder } from '#engines/sqlite';
import { type Configuration, createImportSpool, followInProcess, realDelay, serviceEventSchemas } from '#application';
import { openEmbeddedEngines } from '../../standalone/src/embedded-engines.ts';
import type { Engines } from './engines.ts';
import { StartFault } from './start-fault.ts';

export interface EnginesOf {
  readonly folder: DataFolder;
  readonly clock: Clock;
  /** No other process shares these engines. */
  readonly alone: boolean;
  readonly log: Logger;
}

/** The same after a restart: nobody else has this data folder. */
const OWNER = 'standalone';

function refuseDistributed(configuration: Configuration): void {
  const set = [
    ...(configuration.eventStoreUrl === null ? [] : ['EVENT_STORE_URL']),
    ...(configuration.kafkaBrokers === null ? [] : ['KAFKA_BROKERS']),
    ...(configuration.databaseUrl === null ? [] : ['DATABASE_URL']),
  ];
  if (set.length > 0) throw new StartFault(`engine-not-available: this release has the embedded engines only. Unset ${set.join(', ')}.`);
}

/** The engines that the configuration names; drivers of others are not loaded. */
export async function openEngines(configuration: Configuration, { folder, clock }: EnginesOf): Promise<Engines> {
  refuseDistributed(configuration);
  const embedded = await openEmbeddedEngines(folder, clock);
  const { store, bus, readModels } = embedded;
  return {
    store,
    bus,
    soleWork: soleWorkOfOneProcess(),
    importSpool: createImportSpool(folder.file('imports')),
    owner: OWNER,
    clockOfAll: null,
    openReadModels: ({ clock: time, onError }) =>
      followInProcess({
        engine: readModels,
        store,
        schemas: serviceEventSchemas(),
        clock: time,
        delay: realDelay,
        random: Math.random,
        owner: OWNER,
        onError,
      }),
    close: () => embedded.close(),
  };
}
