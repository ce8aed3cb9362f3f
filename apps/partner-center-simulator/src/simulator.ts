import type { AddressInfo } from 'node:net';
import { parseGuid, type Clock, type Instant } from '#kernel';
import { parseCustomerDescription, type CustomerDescription } from './customers/customer-description.ts';
import { Delivery, type Address } from './deliveries/delivery.ts';
import type { KeptMessage } from './deliveries/outbox.ts';
import { createServer } from './http/server.ts';
import { Mailbox } from './mail/mailbox.ts';
import { Database } from './storage/database.ts';
import { Agenda } from './time/agenda.ts';
import { DrivenClock } from './time/own-clock.ts';
import { createWorld, type World } from './world.ts';

const LOOKS_EVERY_MS = 200;

export interface SimulatorOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** 0 = any free one. */
  readonly smtpPort: number;
  /** An SQLite file, or `:memory:`. */
  readonly dataFile: string;
  /** The product's own clock object, or this stand-in's. With `DrivenClock` of this app, `PUT /control/clock` moves it. */
  readonly clock: Clock;
  /** Faults are drawn from it. */
  readonly seed: string | number;
  /** Absent: whoever asks for a Partner Center token first. */
  readonly partnerTenantId?: string;
  /** Where CloudEvents go: its `POST /v1/events`. Until it is known they wait. */
  readonly productUrl?: string;
  /** As others reach it, in links and addresses that it gives; absent: as it listens. */
  readonly publicUrl?: string;
  /** On the system clock: does what is due by itself. Otherwise somebody calls `runDue`. */
  readonly runsByItself?: boolean;
  /** A repeated MS-RequestId gives the first cart again (unconfirmed of the real one, so off by default). */
  readonly remembersRequestIds?: boolean;
}

/** A running stand-in for Partner Center, Graph, the login endpoint, the customers, their mailbox and the upstream systems. */
export interface Simulator {
  readonly url: string;
  readonly smtpUrl: string;
  setProductUrl(url: string): void;
  /** When something happens next by itself; `null` = never. */
  nextDue(): Instant | null;
  /** Does everything due up to `clock.now()`, in the order of its time, and resolves when its own deliveries are answered. */
  runDue(): Promise<void>;
  /** Says who a customer is (contract §5). The same description again changes nothing. Throws when it is not understood. */
  describeCustomer(tenantId: string, description: CustomerDescription): void;
  /** The same for many at once: all of them, or none. */
  describeCustomers(descriptions: readonly (readonly [tenantId: string, description: CustomerDescription])[]): void;
  /** Whether somebody has said who this customer is; one that only received a mail so far is not described. */
  isDescribed(tenantId: string): boolean;
  stop(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const db = new Database(options.dataFile);
  const { clock } = options;
  let url = '';
  let smtpUrl = '';
  let productUrl = options.productUrl;
  const world = createWorld({
    db,
    clock,
    seed: String(options.seed),
    partnerTenantId: options.partnerTenantId,
    remembersRequestIds: options.remembersRequestIds ?? false,
    ownUrl: () => url,
  });
  const delivery = new Delivery({ db, clock, outbox: world.outbox, addressOf: (message) => addressOf(world, message, productUrl) });
  const agenda = createAgenda(world, delivery);
  const runDue = () => agenda.runUntil(clock);
  const server = createServer(world, {
    runDue,
    addresses: () => ({ url, smtpUrl }),
    clock: {
      mode: clock instanceof DrivenClock ? 'driven' : options.runsByItself ? 'system' : 'shared',
      now: () => clock.now(),
      nextDue: () => agenda.nextDue(),
      walkTo: clock instanceof DrivenClock ? (end) => walk(agenda, clock, end) : null,
    },
  });
  let lookingNow = false;
  const lookAround = async () => {
    if (lookingNow) return;
    lookingNow = true;
    await runDue().finally(() => (lookingNow = false));
  };
  const mailbox = new Mailbox(world.mailReception, clock);

  await server.listen({ host: options.host, port: options.port });
  url = options.publicUrl ?? `http://${hostInUrl(options.host)}:${(server.server.address() as AddressInfo).port}`;
  const smtpPort = await mailbox.listen(options.host, options.smtpPort);
  smtpUrl = `smtp://${new URL(url).hostname}:${smtpPort}`;
  if (productUrl !== undefined) world.outbox.sendUnaddressed(clock.now());
  const looking = options.runsByItself ? setInterval(() => void lookAround(), LOOKS_EVERY_MS) : undefined;

  return {
    url,
    smtpUrl,
    setProductUrl: (next) => {
      productUrl = next;
      world.outbox.sendUnaddressed(clock.now());
    },
    nextDue: () => agenda.nextDue(),
    runDue,
    describeCustomer: (tenantId, description) => describeCustomer(world, tenantId, description),
    describeCustomers: (descriptions) =>
      db.transaction(() => {
        for (const [tenantId, description] of descriptions) describeCustomer(world, tenantId, description);
      }),
    isDescribed: (tenantId) => world.register.isDescribed(tenantId),
    stop: async () => {
      clearInterval(looking);
      delivery.stop();
      await Promise.all([server.close(), mailbox.close(), agenda.stop()]);
      db.close();
    },
  };
}

function createAgenda(world: World, delivery: Delivery): Agenda {
  return new Agenda({
    db: world.db,
    timers: world.timers,
    happenings: {
      'customer-answer': (tenant, at) => world.answers.answer(tenant, at),
      'original-expiring': (owner, at) => world.originalLife.expiring(owner, at),
      'original-end': (owner, at) => world.originalLife.naturalEnd(owner, at),
      'order-fulfilment': (orderId, at) => world.provisioning.fulfil(orderId, at),
      'subscription-term-end': (id, at) => world.subscriptionLife.termEnd(id, at),
    },
    deliver: (due) => delivery.send(due),
  });
}

async function walk(agenda: Agenda, clock: DrivenClock, end: Instant): Promise<void> {
  await agenda.walkUntil(end, (moment) => clock.moveTo(moment));
  clock.moveTo(end);
}

function addressOf(world: World, message: KeptMessage, productUrl: string | undefined): Address | null {
  if (message.receiver === 'product') {
    if (productUrl === undefined) return null;
    return { url: new URL('/v1/events', productUrl).href, headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' } };
  }
  const registered = world.webhookRegistration.get();
  if (!registered) return null;
  return {
    url: registered.webhookUrl,
    headers: world.webhookSigner.headers(message.body, world.ownUrl(), registered.signatureTokenToMsSignatureHeader),
  };
}

function describeCustomer(world: World, tenantId: string, description: CustomerDescription): void {
  const tenant = parseGuid(tenantId);
  if (tenant === undefined) throw new TypeError(`${tenantId} is not a GUID.`);
  const described = parseCustomerDescription(description);
  if ('faults' in described) throw new TypeError(described.faults.map(({ pointer, hint }) => `${pointer}: ${hint}`).join('; '));
  world.register.describe(tenant, described.customer, world.clock.now());
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
