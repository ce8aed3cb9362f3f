import type { Instant } from '#kernel';
import { type DrivenClock, createDrivenClock } from '#event-sourcing';
import { type RunnableService, createImportSpool, createService, followInProcess, serviceEventSchemas, silentAlarm } from '#application';
import { soleWorkOfOneProcess } from '#event-sourcing';
import { DEFAULT_POLICY } from '#migration';
import { type PartnerCenterClient, createPartnerCenterClient, createRateGovernor, createSmtpMailer } from '#partner-center';
import { credentialsOfSimulator } from '../../apps/composition/src/outside-addresses.ts';
import { clockParticipantOf } from '../../apps/standalone/src/built-in-simulator.ts';
import type { Simulator } from '../../apps/partner-center-simulator/src/index.ts';
import type { Chance } from './chance.ts';
import type { CallBudget } from './call-budget.ts';
import type { Lifeline } from './crash.ts';
import type { Engines } from './engines.ts';
import { type KeptCatalog, withKeptCatalog } from './kept-catalog.ts';
import {
  type OneAtATime,
  type SharedClock,
  isCrash,
  seamedBus,
  seamedClock,
  seamedClockStore,
  seamedDelay,
  seamedOutside,
  seamedStore,
} from './seams.ts';

/** Each look is a call, and most are in vain: more seldom than by default, so that more customers can be simulated. */
export const RELATIONSHIP_CHECK_DAYS = 3;

export interface LifeParts {
  readonly engines: Engines;
  readonly simulator: Simulator;
  readonly sharedClock: SharedClock;
  readonly inTurn: OneAtATime;
  readonly budget: CallBudget;
  readonly catalog: KeptCatalog;
  readonly partnerTenantId: string;
  readonly start: Instant;
  readonly chance: Chance;
  /** What the service logs as an error although it lives. */
  readonly onFault: (detail: string) => void;
}

/** The service from one start to its crash, over engines that outlive it. */
export interface ServiceLife {
  readonly service: RunnableService;
  readonly clock: DrivenClock;
  readonly gateway: PartnerCenterClient;
  readonly line: Lifeline;
  /** Throws everything of this life away, as a kill does; resolves when nothing of it is under way any more. */
  end(): Promise<void>;
}

/** The turns of the event loop in which what was in hand comes to its next seam. */
const LAST_TURNS = 30;

export async function beginLife(parts: LifeParts, line: Lifeline): Promise<ServiceLife> {
  const { engines, simulator, sharedClock, inTurn, budget, catalog, partnerTenantId, start, chance, onFault } = parts;
  const driven = await createDrivenClock({ start, store: seamedClockStore(engines.clockStore, line) });
  sharedClock.current = driven;
  const clock = seamedClock(driven, line);
  const open = await engines.open(clock);
  const bus = seamedBus(open.bus, line);
  const gateway = seamedOutside(
    withKeptCatalog(
      createPartnerCenterClient({
        ...credentialsOfSimulator(simulator.url),
        partnerTenantId,
        clock,
        governor: createRateGovernor({ clock }),
      }),
      clock,
      catalog,
    ),
    line,
    inTurn,
    budget,
  );
  const smtp = createSmtpMailer({ url: simulator.smtpUrl, from: 'partner@partner.example', clock, maxConnections: 1 });
  const fault = (fields: Readonly<Record<string, unknown>>, message: string): void => {
    const detail = `${message}: ${JSON.stringify(fields)}`;
    if (!line.dead && !/crashed /.test(detail)) onFault(detail);
  };
  const store = seamedStore(open.store, line);
  const readModels = await followInProcess({
    engine: open.readModels,
    store,
    schemas: serviceEventSchemas(),
    clock,
    delay: seamedDelay(line),
    random: () => chance.fraction(),
    owner: 'simulation',
    onError: (error) =>
      fault({ error: error instanceof Error ? error.message : String(error) }, 'the read models fell behind and try again'),
  });
  const service = await createService({
    store,
    bus,
    readModels,
    gateway,
    mailer: seamedOutside({ send: (id, mail) => smtp.send(id, mail) }, line, inTurn, budget),
    clock,
    drivenClock: clock,
    alarm: silentAlarm,
    random: () => chance.fraction(),
    newId: () => chance.id(),
    owner: 'simulation',
    soleWork: soleWorkOfOneProcess(),
    works: true,
    publishes: false,
    partnerTenantId,
    partnerName: 'Partner',
    policy: { ...DEFAULT_POLICY, relationshipCheckDays: RELATIONSHIP_CHECK_DAYS },
    importSpool: createImportSpool(engines.spoolFolder),
    log: { info: () => undefined, warn: () => undefined, error: fault },
  });
  service.joinClock(clockParticipantOf(simulator, clock));

  return {
    service,
    clock,
    gateway,
    line,
    async end() {
      line.end('at its end');
      const stopped = service.stop(AbortSignal.abort()).catch((error: unknown) => {
        if (!isCrash(error)) throw error;
      });
      await Promise.race([stopped, inTurn.idle()]);
      await bus.stopConsumers();
      await inTurn.idle();
      for (let turn = 0; turn < LAST_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      smtp.close();
      await open.close();
    },
  };
}
