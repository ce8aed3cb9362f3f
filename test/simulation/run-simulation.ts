import { type Day, type Instant, plusDays, plusMs, startOfDay } from '#kernel';
import { TOPICS, readBusMessage } from '#messaging';
import { migrationIdOf } from '#migration';
import { createWebhookVerifier, ensureWebhookRegistration } from '#partner-center';
import { type Simulator, startSimulator } from '../../apps/partner-center-simulator/src/index.ts';
import { CallBudget } from './call-budget.ts';
import { Chance } from './chance.ts';
import { type Control, controlOf } from './control.ts';
import { Lifeline } from './crash.ts';
import { CustomerSide } from './customer-side.ts';
import type { Engines } from './engines.ts';
import { type Ending, endingOf } from './ending.ts';
import { badWeather, fairWeather } from './fault-weather.ts';
import type { KeptCatalog } from './kept-catalog.ts';
import { type Truth, nothingKnown } from './known-truth.ts';
import { Operator, command } from './operator.ts';
import { openProductEdge } from './product-edge.ts';
import { OneAtATime, SharedClock, isCrash } from './seams.ts';
import { type ServiceLife, beginLife } from './service-life.ts';
import { type Act, type SimulatedCustomer, drawCustomer } from './simulated-customer.ts';
import { Upstream } from './upstream.ts';
import { eventOf, strayEvents } from './stray-events.ts';

export const PARTNER = '0f3c4b5a-1d2e-4f60-8a7b-9c0d1e2f3a4b';
const START = '2026-12-01T08:00:00.000Z' as Instant;
const REGISTERING_DAYS = 10;
const DAYS = 110;
/** No fault strikes any more from this day on: what can heal has the time to. */
const FAIR_FROM_DAY = 85;
const WEBHOOK_EVENTS = ['reseller-relationship-accepted-by-customer'];
const PERSONS_HOUR_MS = 9 * 3_600_000;

export interface SimulationOptions {
  readonly seed: number;
  readonly customers: number;
  readonly engines: Engines;
  /** Seams passed between two crashes, on average; null = the service is never killed. */
  readonly crashEvery: number | null;
  readonly faults: boolean;
  /** Told each day that it comes to: where it stands, should it not end. */
  readonly onDay?: (day: Instant) => void;
}

interface Moment {
  readonly at: Instant;
  readonly what: () => Promise<void>;
}

/** Runs one seed from the first registration to the end, and gives everything that the judge wants to see. */
export async function runSimulation(options: SimulationOptions): Promise<Ending> {
  const simulation = await Simulation.begin(options);
  try {
    return await simulation.run();
  } finally {
    await simulation.close();
  }
}

/** Some are killed again while they are still taking up what the one before them left. */
function stepsToLive(chance: Chance, crashEvery: number): number {
  return chance.happens(0.15) ? chance.between(1, 20) : chance.between(1, 2 * crashEvery);
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #chance: Chance;
  readonly #crashes: Chance;
  readonly #customers: ReadonlyMap<string, SimulatedCustomer>;
  readonly #truths: ReadonlyMap<string, Truth>;
  readonly #inTurn = new OneAtATime();
  readonly #catalog: KeptCatalog = { read: undefined };
  readonly #sharedClock = new SharedClock({ now: () => START });
  readonly #budget: CallBudget;
  readonly #upstream: Upstream;
  readonly #operator: Operator;
  readonly #faults: string[] = [];
  readonly #killed: string[] = [];
  readonly #discarded = new Set<string>();
  #lastSeq = 0;
  #simulator!: Simulator;
  #control!: Control;
  #customerSide!: CustomerSide;
  #edge!: Awaited<ReturnType<typeof openProductEdge>>;
  #verifier!: ReturnType<typeof createWebhookVerifier>;
  #life!: ServiceLife;

  private constructor(options: SimulationOptions) {
    this.#options = options;
    this.#chance = new Chance(options.seed);
    this.#crashes = this.#chance.branch('crashes');
    const drawn = Array.from({ length: options.customers }, (_, index) =>
      drawCustomer(this.#chance.branch(`customer ${index}`), { start: START, registering: REGISTERING_DAYS }),
    );
    this.#customers = new Map(drawn.map((customer) => [customer.tenant, customer]));
    this.#truths = new Map(drawn.map(({ tenant }) => [tenant, nothingKnown()]));
    this.#budget = new CallBudget(options.customers, this.#sharedClock);
    this.#upstream = new Upstream(this.#chance.branch('upstream'));
    this.#operator = new Operator(this.#chance.branch('operator'), () => this.#customerSide);
  }

  static async begin(options: SimulationOptions): Promise<Simulation> {
    const simulation = new Simulation(options);
    await simulation.#open();
    return simulation;
  }

  async #open(): Promise<void> {
    const { engines, seed } = this.#options;
    this.#simulator = await startSimulator({
      host: '127.0.0.1',
      port: 0,
      smtpPort: 0,
      dataFile: engines.simulatorFile,
      clock: this.#sharedClock,
      seed,
      partnerTenantId: PARTNER,
    });
    this.#control = controlOf(this.#simulator.url);
    this.#customerSide = new CustomerSide(this.#simulator, this.#control);
    this.#verifier = createWebhookVerifier({
      trustRoots: await this.#control.authority(),
      allowedCertificateOrigins: [this.#simulator.url],
      clock: this.#sharedClock,
    });
    this.#edge = await openProductEdge({
      takeEvent: (event) => this.#upstream.take(event, this.#sharedClock.now()),
      takeNotice: async (notice) => {
        this.#life.line.pass('before a notice is taken in');
        await this.#life.service.intake.receiveWebhook(notice);
        this.#life.line.pass('before a notice is answered');
      },
      verifier: () => this.#verifier,
    });
    this.#simulator.setProductUrl(this.#edge.url);
    await this.#beginLife();
    await this.#surely(async ({ gateway }) => {
      await ensureWebhookRegistration(gateway, 'registration', `${this.#edge.url}/v1/webhooks/partner-center`, WEBHOOK_EVENTS);
    });
  }

  async close(): Promise<void> {
    await this.#life.end();
    await this.#edge.close();
    await this.#simulator.stop();
    await this.#options.engines.close();
  }

  /** A start can be killed as well. */
  async #beginLife(): Promise<void> {
    const { engines, crashEvery } = this.#options;
    for (;;) {
      const line = new Lifeline(crashEvery === null ? Infinity : stepsToLive(this.#crashes, crashEvery));
      const starting = beginLife(
        {
          engines,
          simulator: this.#simulator,
          sharedClock: this.#sharedClock,
          inTurn: this.#inTurn,
          budget: this.#budget,
          catalog: this.#catalog,
          partnerTenantId: PARTNER,
          start: START,
          chance: this.#chance.branch(`life ${this.#killed.length}`),
          onFault: (detail) => this.#faults.push(`${this.#sharedClock.now()} ${detail}`),
        },
        line,
      );
      this.#life = await starting;
      try {
        await this.#life.service.start();
        return;
      } catch (error) {
        if (!isCrash(error)) throw error;
        await this.#life.end();
        this.#killed.push(line.deadAt ?? '');
      }
    }
  }

  /** Does it in this life, or in one of the next: a step that was cut short is begun again, as its caller would. */
  async #surely(work: (life: ServiceLife) => Promise<void>): Promise<void> {
    for (;;) {
      const life = this.#life;
      const trying = work(life).then(
        () => 'done' as const,
        (error: unknown) => {
          if (isCrash(error) || life.line.dead) return 'cut short' as const;
          throw error;
        },
      );
      const became = await Promise.race([trying, life.line.death.then(() => 'cut short' as const)]);
      if (life.line.dead) {
        await life.end();
        this.#killed.push(life.line.deadAt ?? '');
        await this.#beginLife();
      }
      if (became === 'done') return;
    }
  }

  #moments(): Moment[] {
    const moments: Moment[] = [];
    for (const [at, registered] of Map.groupBy(this.#customers.values(), ({ registeredAt }) => registeredAt)) {
      moments.push({
        at,
        what: async () => {
          for (const customer of registered) await this.#register(customer);
        },
      });
    }
    for (const customer of this.#customers.values()) {
      for (const act of customer.acts) moments.push({ at: act.at, what: () => this.#act(customer, act) });
    }
    for (let day = 0; day < DAYS; day += 1) {
      moments.push({ at: plusMs(startOfDay(plusDays(START, day).slice(0, 10) as Day), PERSONS_HOUR_MS), what: () => this.#personsDay() });
    }
    for (const stray of strayEvents(this.#chance.branch('strays'), [...this.#customers.values()], PARTNER)) {
      moments.push({ at: stray.at, what: () => Promise.resolve(this.#upstream.take(stray.event, stray.at)) });
    }
    if (this.#options.faults) {
      const weather = this.#chance.branch('weather');
      for (let day = 0; day < FAIR_FROM_DAY; day += weather.between(3, 12)) {
        const rates = badWeather(weather);
        moments.push({ at: plusDays(START, day), what: async () => void (await this.#control.faults(rates)) });
      }
      moments.push({ at: plusDays(START, FAIR_FROM_DAY), what: async () => void (await this.#control.faults(fairWeather())) });
    }
    return moments.filter(({ at }) => at >= START).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  async run(): Promise<Ending> {
    for (const { at, what } of this.#moments()) {
      await this.#walkTo(at);
      await what();
    }
    await this.#walkTo(plusDays(START, DAYS));
    await this.#surely((life) => life.clock.advanceTo(plusMs(plusDays(START, DAYS), 1)));
    return endingOf({
      seed: this.#options.seed,
      customers: this.#customers,
      truths: this.#truths,
      life: this.#life,
      control: this.#control,
      upstream: this.#upstream,
      faults: this.#faults,
      killed: this.#killed,
      discarded: this.#discarded,
      partnerTenantId: PARTNER,
    });
  }

  /** Through every moment at which the upstream systems have something to deliver. */
  async #walkTo(at: Instant): Promise<void> {
    for (;;) {
      const due = this.#upstream.nextDue();
      const next = due !== undefined && due < at ? due : at;
      await this.#surely((life) => (next > life.clock.now() ? life.clock.advanceTo(next) : Promise.resolve()));
      const messages = this.#upstream.due(this.#sharedClock.now());
      for (const message of messages) await this.#deliver(message);
      if (next === at && messages.length === 0) return;
    }
  }

  async #deliver(message: ReturnType<Upstream['due']>[number]): Promise<void> {
    const { event, by } = message;
    const { customerTenantId } = event.data as { customerTenantId: string };
    const topic = String(event.type).startsWith('cutover.customer') ? TOPICS.customerRelationships : TOPICS.originalSubscriptions;
    const asMessage = { key: customerTenantId, headers: { 'content-type': 'application/cloudevents+json' }, value: JSON.stringify(event) };
    await this.#surely(async ({ service, clock }) => {
      if (by === 'bus') await service.bus.publish(topic, [asMessage]);
      else for (const incoming of readBusMessage(asMessage)) await service.intake.receive(incoming);
      await clock.advanceTo(clock.now());
    });
    this.#upstream.arrived(message);
  }

  async #register(customer: SimulatedCustomer): Promise<void> {
    const { tenant, name, domain, contactEmail, lines } = customer;
    this.#customerSide.describe(customer);
    await this.#surely(async ({ service }) => {
      const result = await service.registration.register(
        {
          customerTenantId: tenant,
          customerName: name,
          customerDomain: domain,
          country: 'US',
          contactEmail,
          wave: null,
          lines: lines.map(({ registration }) => registration),
        },
        { commandId: `register ${tenant}`, actor: 'person:operator' },
      );
      if (result.kind !== 'registered') throw new Error(`${tenant} could not be registered: ${JSON.stringify(result)}`);
    });
  }

  async #personsDay(): Promise<void> {
    this.#options.onDay?.(this.#sharedClock.now());
    this.#budget.mustHold();
    await this.#customerSide.readMails(this.#customers);
    await this.#surely(async (life) => {
      const now = life.clock.now();
      await this.#clearPoison(life);
      await this.#operator.look(life, this.#customers, now);
    });
  }

  /** What can never be used is given up by a person, so that what waits behind it goes on. */
  async #clearPoison({ service }: ServiceLife): Promise<void> {
    const { items } = await service.queries.deadLetters.list({ limit: 500 });
    for (const { id, key, reason, message } of items) {
      if (reason !== 'invalid-data') continue;
      const { source, id: messageId } = message as { source: string; id: string };
      this.#discarded.add(`${source} ${messageId}`);
      await service.intake.messages.discard(key, id, 'person:operator', 'its data can never be used');
      await service.intake.releaseFor(key);
    }
  }

  async #act(customer: SimulatedCustomer, act: Act): Promise<void> {
    const now = this.#sharedClock.now();
    const truth = this.#truths.get(customer.tenant)!;
    switch (act.does) {
      case 'accept':
        if (!(await this.#control.act(customer.tenant, 'accept'))) return;
        truth.accepted.push(now);
        this.#upstream.take(eventOf('cutover.customer.relationship-accepted.v1', 'urn:crm', customer.tenant, PARTNER, now), now);
        return;
      case 'decline':
        if (await this.#control.act(customer.tenant, 'decline')) truth.declined.push(now);
        return;
      case 'remove-relationship':
        if (await this.#control.act(customer.tenant, 'remove-relationship')) truth.removed.push(now);
        return;
      case 'cancel-original':
        await this.#control.act(customer.tenant, 'cancel-original', act.subscriptionId);
        return;
      default:
        await this.#personsAct(customer, act, truth, now);
    }
  }

  async #personsAct(customer: SimulatedCustomer, act: Act, truth: Truth, now: Instant): Promise<void> {
    const id = `${act.does} ${act.at}`;
    const migrationId = this.#migrationOf(customer);
    const give = async (given: Parameters<typeof command>[3]): Promise<boolean> => {
      let applied = false;
      await this.#surely(async (life) => {
        applied = (await command(life, migrationId, id, given)).kind === 'applied';
      });
      return applied;
    };
    const before = (this.#lastSeq = await this.#control.lastSeq(this.#lastSeq));
    switch (act.does) {
      case 'hold':
        if (await give({ type: 'Hold', at: now, reason: 'by chance', until: act.until ?? null }))
          truth.held.push({ from: now, fromSeq: before, until: act.until ?? null, untilSeq: null });
        return;
      case 'resume': {
        const applied = await give({ type: 'Resume', at: now });
        const held = truth.held.at(-1);
        if (applied && held) Object.assign(held, { until: now, untilSeq: before });
        return;
      }
      case 'withdraw':
        if (await give({ type: 'Withdraw', at: now, reason: 'by chance' })) truth.withdrawn = { at: now, seq: before };
        return;
      case 'request-reseller':
        await give({ type: 'RequestReseller', at: now });
        return;
      case 'provision':
        if (await give({ type: 'ProvisionSubscription', at: now, originalSubscriptionId: null, notBefore: null }))
          truth.provisionAsked = true;
        return;
      default:
        throw new Error(`${act.does} is no person's act`);
    }
  }

  #migrationOf({ tenant }: SimulatedCustomer): string {
    return migrationIdOf(PARTNER, tenant, 0);
  }
}
