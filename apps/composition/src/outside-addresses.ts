import { z } from 'zod';
import { type Configuration, type PartnerCenterCredentials, faultOf } from '#application';
import type { OutsideAddresses } from './outside.ts';
import { simulatedPrices } from './simulated-prices.ts';
import { StartFault } from './start-fault.ts';

const addresses = z.object({ smtpUrl: z.string() });

/** The credentials that the stand-in takes from anybody. */
export function credentialsOfSimulator(url: string): PartnerCenterCredentials {
  return {
    partnerCenterUrl: url,
    graphUrl: url,
    loginUrl: url,
    clientId: 'simulated',
    clientSecret: 'simulated',
    refreshToken: 'simulated',
  };
}

/** Where the configured outside is: a stand-in that runs alone, or the real one. */
export async function outsideAddressesOf({ partnerCenter, simulatorUrl, mailUrl }: Configuration): Promise<OutsideAddresses> {
  if (simulatorUrl !== null) {
    return {
      credentials: credentialsOfSimulator(simulatorUrl),
      mailUrl: mailUrl ?? (await mailUrlOf(simulatorUrl)),
      simulatorUrl,
      prices: await simulatedPrices(simulatorUrl),
    };
  }
  if (partnerCenter === null || mailUrl === null) throw new StartFault(faultOf('PARTNER_CENTER_URL', 'is missing').fault);
  return { credentials: partnerCenter, mailUrl, simulatorUrl: null, prices: [] };
}

async function mailUrlOf(simulatorUrl: string): Promise<string> {
  const answer = await fetch(new URL('/control/addresses', simulatorUrl)).catch(() => undefined);
  if (!answer?.ok) {
    throw new StartFault(
      `simulator-unreachable: nothing that is a Partner Center simulator answers at ${simulatorUrl}. Start it with npm run simulator, or mend SIMULATOR_URL.`,
    );
  }
  return addresses.parse(await answer.json()).smtpUrl;
}
