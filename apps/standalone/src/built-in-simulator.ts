import type { Clock } from '#kernel';
import type { ClockParticipant } from '#event-sourcing';
import type { DataFolder } from '#engines/sqlite';
import type { Configuration } from '#application';
import { credentialsOfSimulator } from '../../composition/src/outside-addresses.ts';
import type { OutsideAddresses } from '../../composition/src/outside.ts';
import { simulatedPrices } from '../../composition/src/simulated-prices.ts';
import { type Simulator, startSimulator } from '../../partner-center-simulator/src/index.ts';

/** The stand-in for Partner Center that runs in this process when no real one is configured. */
export async function startBuiltInSimulator(
  configuration: Configuration,
  folder: DataFolder,
  clock: Clock,
  seed: string,
): Promise<Simulator> {
  return startSimulator({
    host: configuration.host === '0.0.0.0' ? '127.0.0.1' : configuration.host,
    port: configuration.simulatorPort,
    smtpPort: 0,
    dataFile: folder.file('partner-center-simulator.db'),
    clock,
    seed,
    partnerTenantId: configuration.partnerTenantId,
    runsByItself: configuration.clock.kind === 'system',
  });
}

/** Where the outside is when it is played in this process. */
export async function addressesOfBuiltIn(configuration: Configuration, simulator: Simulator): Promise<OutsideAddresses> {
  return {
    credentials: credentialsOfSimulator(simulator.url),
    mailUrl: configuration.mailUrl ?? simulator.smtpUrl,
    simulatorUrl: simulator.url,
    prices: await simulatedPrices(simulator.url),
  };
}

/** The stand-in shares the service's driven clock. */
export function clockParticipantOf(simulator: Simulator, clock: Clock): ClockParticipant {
  return {
    name: 'partner center simulator',
    nextDue: () => Promise.resolve(simulator.nextDue() ?? undefined),
    async settle() {
      const due = simulator.nextDue();
      if (due === null || due > clock.now()) return false;
      await simulator.runDue();
      return true;
    },
  };
}
