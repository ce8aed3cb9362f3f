import { createDrivenClock } from '#event-sourcing';
import { DataFolder } from '#engines/sqlite';
import type { Configuration, RunnableService } from '#application';
import type { Simulator } from '../../partner-center-simulator/src/index.ts';
import { describeImportedCustomers } from '../../composition/src/imported-customers.ts';
import { openEngines } from '../../composition/src/open-engines.ts';
import { openOutside } from '../../composition/src/outside.ts';
import { remoteClockParticipant } from '../../composition/src/remote-clock.ts';
import { operatorsLog } from '../../composition/src/operators-log.ts';
import { SYSTEM_TIME, drivenTime } from '../../composition/src/service-time.ts';
import { registerWebhook, startService } from '../../composition/src/start-service.ts';
import { Undo } from '../../composition/src/undo.ts';
import { outsideAddressesOf } from '../../composition/src/outside-addresses.ts';
import { addressesOfBuiltIn, clockParticipantOf, startBuiltInSimulator } from './built-in-simulator.ts';
import { clockFile } from './clock-file.ts';

export interface Standalone {
  readonly url: string;
  readonly simulator: Simulator | null;
  readonly service: RunnableService;
  /** Stops taking in, finishes what is in hand, closes the files. `abandon` ends the waiting. */
  stop(abandon?: AbortSignal): Promise<void>;
}

/** API, worker and, where no other Partner Center is configured, its stand-in: all in this process, on any engines. */
export async function startStandalone(configuration: Configuration): Promise<Standalone> {
  const undo = new Undo();
  try {
    return await start(configuration, undo);
  } catch (error) {
    await undo.all();
    throw error;
  }
}

async function start(configuration: Configuration, undo: Undo): Promise<Standalone> {
  const log = operatorsLog(configuration);
  const folder = DataFolder.open(configuration.dataDir);
  undo.later(() => folder.close());
  const time =
    configuration.clock.kind === 'driven'
      ? drivenTime(await createDrivenClock({ start: configuration.clock.start, store: clockFile(folder) }))
      : SYSTEM_TIME;
  const { clock, drivenClock } = time;
  const engines = await openEngines(configuration, { folder, clock, name: 'standalone', log });
  undo.later(() => engines.close());

  const builtIn = configuration.partnerCenter === null && configuration.simulatorUrl === null;
  const simulator = builtIn ? await startBuiltInSimulator(configuration, folder, clock, 'cutover') : null;
  if (simulator) undo.later(() => simulator.stop());
  const addresses = simulator ? await addressesOfBuiltIn(configuration, simulator) : await outsideAddressesOf(configuration);
  const outside = await openOutside(configuration, addresses, folder, clock, undo);
  const remoteClock = !simulator && drivenClock ? await remoteClockParticipant(addresses.credentials.partnerCenterUrl, clock) : undefined;

  const { service, api } = await startService(
    {
      ...time,
      configuration,
      log,
      engines,
      outside,
      works: true,
      surface: 'everything',
      simulatorUrl: addresses.simulatorUrl,
      joinsClock(service) {
        if (!simulator) return remoteClock ? [remoteClock] : [];
        const describing = describeImportedCustomers(engines.store, service.commands, simulator);
        undo.later(() => describing.stop());
        return [describing.participant, clockParticipantOf(simulator, clock)];
      },
      onListening: (url) => simulator?.setProductUrl(url),
    },
    undo,
  );
  await registerWebhook({ configuration, log, outside }, api.url, undo);

  return {
    url: api.url,
    simulator,
    service,
    async stop(abandon) {
      // A move of the clock that is under way would be waited for by whoever closes after it.
      drivenClock?.halt();
      await undo.all(abandon);
    },
  };
}
