import { createCommandLoop, parking, parkingStreamOf, type ParkingEvent } from '#event-sourcing';
import { MemoryEventStore } from '#engines/memory';
import type { Clock, Day, Instant } from '#kernel';
import type { IncomingEvent } from '#messaging';
import { DEFAULT_POLICY, migrationDecider, type LineRegistration, type MigrationEvent } from '#migration';
import { latestMigrationOf } from '../customers/customer-migrations.ts';
import { createRegistration } from '../customers/create-registration.ts';
import { serviceEventSchemas } from '../service/event-schemas.ts';
import { createIntake } from './create-intake.ts';

export const NOW = '2026-12-10T08:00:00.000Z' as Instant;
export const PARTNER = '11111111-1111-4111-8111-111111111111';
export const CUSTOMER = '22222222-2222-4222-8222-222222222222';
export const ORIGINAL = '33333333-3333-4333-8333-333333333333';
export const SKU = '44444444-4444-4444-8444-444444444444';

export const line: LineRegistration = {
  originalSubscriptionId: ORIGINAL,
  program: 'web-direct',
  offerName: 'Office 365 E3',
  skuId: SKU,
  seats: 5,
  termEnd: '2026-12-31' as Day,
  autoRenew: false,
  target: null,
};
export const customer = {
  customerTenantId: CUSTOMER,
  customerName: 'Contoso',
  customerDomain: 'contoso.com',
  country: 'US',
  contactEmail: null,
  wave: null,
};

export function incoming(id: string, type: string, data: object, source = 'urn:upstream'): IncomingEvent {
  return { ok: true, event: { specversion: '1.0', id, source, type: `cutover.${type}.v1`, data: { customerTenantId: CUSTOMER, ...data } } };
}

export function relationship(id: string, change: string, occurredAt: string, partnerTenantId = PARTNER): IncomingEvent {
  return incoming(id, `customer.relationship-${change}`, { partnerTenantId, occurredAt });
}

export function original(id: string, change: string, occurredAt: string, more: object = {}): IncomingEvent {
  return incoming(id, `original.${change}`, { subscriptionId: ORIGINAL, occurredAt, ...more });
}

/** Intake and registration over a log in memory; a second one over the same log is another process. */
export function setUp(store = new MemoryEventStore()) {
  const clock: Clock = { now: () => NOW };
  const commands = createCommandLoop({ store, clock, decider: migrationDecider, schemas: serviceEventSchemas<MigrationEvent>() });
  const parkings = createCommandLoop({ store, clock, decider: parking, schemas: serviceEventSchemas<ParkingEvent>() });
  const waitingOf = async (key: string) => (await parkings.load(parkingStreamOf(key)))?.state.waiting ?? [];
  /** What waits under whatever key. */
  const waitingIn = async () => {
    const streams = new Set((await store.readAll()).map((event) => event.streamId).filter((id) => id.startsWith(parkingStreamOf(''))));
    return (await Promise.all([...streams].map((id) => parkings.load(id)))).flatMap((loaded) => loaded?.state.waiting ?? []);
  };
  const intake = createIntake({
    commands,
    parkings,
    partnerTenantId: PARTNER,
    clock,
    keyOfParked: async (messageId) => (await waitingIn()).find((parked) => parked.messageId === messageId)?.message.key,
  });
  const parts = { commands, partnerTenantId: PARTNER, policy: DEFAULT_POLICY, clock };
  const registration = createRegistration({ ...parts, intake });
  const register = (commandId = 'c1', lines = [line]) => registration.register({ ...customer, lines }, { commandId, actor: 'person:spec' });
  const latest = async () => (await latestMigrationOf(commands, PARTNER, CUSTOMER))?.migration;
  /** Asks the customer's latest migration for the relationship: an answer from now on is an answer to that. */
  const request = async () => {
    const { streamId, migrationId } = (await latestMigrationOf(commands, PARTNER, CUSTOMER))!;
    const command = { type: 'RequestReseller', at: NOW } as const;
    await commands.execute(streamId, { id: `request ${migrationId}`, command, actor: 'person:spec', correlationId: migrationId });
  };
  return { store, commands, intake, registration, register, request, latest, waitingOf, waitingIn };
}
