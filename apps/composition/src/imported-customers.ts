import { BEFORE_ALL, type Position, type RecordedEvent } from '#kernel';
import { type ClockParticipant, type EventStore, runSubscription } from '#event-sourcing';
import type { MigrationCommandLoop } from '#application';
import { realDelay, systemClock } from '#application';
import type { Migration } from '#migration';
import type { CustomerDescription } from '../../partner-center-simulator/src/index.ts';

/** Whoever plays the customers: a stand-in in this process, or one that runs alone. */
export interface CustomerBook {
  /** Whether somebody has said who this customer is. */
  isDescribed(tenantId: string): boolean | Promise<boolean>;
  describeCustomers(descriptions: readonly (readonly [tenantId: string, description: CustomerDescription])[]): void | Promise<void>;
}

/** In one commit of the stand-in; the service answers in between. */
const CUSTOMERS_AT_ONCE = 50;
const TELLS_OF_CUSTOMERS = new Set(['migration.registered.v1', 'migration.line-added.v1']);

/** Who a registered customer is, as the stand-in wants to hear it: it answers by default, and its users fill its seats. */
function descriptionOf(migration: Migration): CustomerDescription {
  return {
    name: migration.customerName,
    domain: migration.customerDomain,
    country: migration.country,
    contactEmail: migration.contactEmail,
    users: Math.max(...migration.lines.map((line) => line.seats)),
    originals: migration.lines.map(({ originalSubscriptionId, skuId, seats, termEnd, autoRenew, program }) => ({
      subscriptionId: originalSubscriptionId,
      skuId,
      seats,
      termEnd,
      autoRenew,
      program,
    })),
  };
}

/**
 * Describes registered customers to the stand-in, so that a newcomer's own file moves too. Customers whom
 * somebody has described already stay as they are.
 */
export function describeImportedCustomers(store: EventStore, commands: MigrationCommandLoop, book: CustomerBook) {
  let done: Position = BEFORE_ALL;
  const described = new Set<string>();

  async function describeAll(events: readonly RecordedEvent[]): Promise<void> {
    const streams = new Set(events.filter(({ type }) => TELLS_OF_CUSTOMERS.has(type)).map(({ streamId }) => streamId));
    const loaded = await Promise.all([...streams].map(async (streamId) => (await commands.load(streamId))?.state));
    const ours: Migration[] = [];
    for (const migration of loaded) {
      if (!migration) continue;
      const { customerTenantId } = migration;
      if (described.has(customerTenantId) || !(await book.isDescribed(customerTenantId))) ours.push(migration);
    }
    for (let from = 0; from < ours.length; from += CUSTOMERS_AT_ONCE) {
      const some = ours.slice(from, from + CUSTOMERS_AT_ONCE);
      await book.describeCustomers(some.map((migration) => [migration.customerTenantId, descriptionOf(migration)]));
      for (const { customerTenantId } of some) described.add(customerTenantId);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const subscription = runSubscription({
    store,
    clock: systemClock,
    delay: realDelay,
    random: Math.random,
    checkpoint: () => Promise.resolve(done),
    async handle(batch) {
      await describeAll(batch.events);
      done = batch.upTo;
      return { kind: 'done' };
    },
  });

  const participant: ClockParticipant = {
    name: 'descriptions of imported customers',
    nextDue: () => Promise.resolve(undefined),
    async settle() {
      const head = await store.head();
      if (done >= head) return false;
      while (done < head) await new Promise((resolve) => setImmediate(resolve));
      return true;
    },
  };
  return { participant, stop: () => subscription.stop() };
}
