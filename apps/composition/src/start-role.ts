import { DataFolder } from '#engines/sqlite';
import { type Configuration, type ConfigurationFault, type RunnableService, faultOf } from '#application';
import { customerBookAt } from './customer-book.ts';
import { describeImportedCustomers } from './imported-customers.ts';
import { openEngines } from './open-engines.ts';
import { operatorsLog } from './operators-log.ts';
import { outsideAddressesOf } from './outside-addresses.ts';
import { openOutside } from './outside.ts';
import { remoteClockParticipant } from './remote-clock.ts';
import { SYSTEM_TIME, sharedDrivenTime } from './service-time.ts';
import { StartFault } from './start-fault.ts';
import { registerWebhook, startService } from './start-service.ts';
import { Undo } from './undo.ts';

/** What a process does of the whole, where several share the engines. */
export type Role = 'api' | 'worker';

export interface RunningRole {
  readonly url: string;
  stop(abandon?: AbortSignal): Promise<void>;
}

const SHARED = ['EVENT_STORE_URL', 'KAFKA_BROKERS', 'DATABASE_URL'] as const;

/** Roles run apart on engines that they share: none of them may be embedded, nor may Partner Center be played in one of them. */
export function faultsOfRole(environment: NodeJS.ProcessEnv): readonly ConfigurationFault[] {
  const missing = SHARED.filter((name) => !environment[name]);
  const outside = ['SIMULATOR_URL', 'PARTNER_CENTER_CLIENT_ID', 'PARTNER_CENTER_REFRESH_TOKEN', 'PARTNER_CENTER_URL'];
  return [
    ...missing.map((name) => faultOf(name, 'is missing: APIs and workers that run apart share all engines. npm start needs none of them')),
    ...(outside.some((name) => environment[name])
      ? []
      : [faultOf('SIMULATOR_URL', 'is missing, and so are the settings of a real Partner Center: give one of the two')]),
  ];
}

/** One of several processes on shared engines. */
export async function startRole(role: Role, configuration: Configuration): Promise<RunningRole> {
  const undo = new Undo();
  try {
    return await start(role, configuration, undo);
  } catch (error) {
    await undo.all();
    throw error;
  }
}

async function start(role: Role, configuration: Configuration, undo: Undo): Promise<RunningRole> {
  const log = operatorsLog(configuration);
  // Only the newest refresh token is kept in it.
  const folder = DataFolder.open(configuration.dataDir);
  undo.later(() => folder.close());
  const engines = await openEngines(configuration, { folder, clock: SYSTEM_TIME.clock, name: role, log });
  undo.later(() => engines.close());
  const { clock: setting } = configuration;
  const answers = role === 'api';
  if (setting.kind === 'driven' && engines.clockOfAll === null)
    throw new StartFault('clock-not-shared: a driven clock of several processes stands in the database: set DATABASE_URL.');
  const time =
    setting.kind === 'driven'
      ? sharedDrivenTime(setting.start, engines.clockOfAll!, engines.soleWork, { moves: answers, undo })
      : SYSTEM_TIME;

  const addresses = await outsideAddressesOf(configuration);
  const outside = await openOutside(configuration, addresses, folder, time.clock, undo);
  const remoteClock = time.drivenClock ? await remoteClockParticipant(addresses.credentials.partnerCenterUrl, time.clock) : undefined;
  const parts = {
    ...time,
    configuration,
    log,
    engines,
    outside,
    works: role === 'worker',
    surface: answers ? ('everything' as const) : ('operations' as const),
    simulatorUrl: addresses.simulatorUrl,
    joinsClock(service: RunnableService) {
      const describing =
        answers && addresses.simulatorUrl !== null
          ? describeImportedCustomers(engines.store, service.commands, customerBookAt(addresses.simulatorUrl))
          : undefined;
      if (describing) undo.later(() => describing.stop());
      return [...(describing ? [describing.participant] : []), ...(remoteClock ? [remoteClock] : [])];
    },
  };
  const { api } = await startService(parts, undo);
  if (answers) await registerWebhook(parts, api.url, undo);

  return {
    url: api.url,
    async stop(abandon) {
      time.drivenClock?.halt();
      await undo.all(abandon);
    },
  };
}
