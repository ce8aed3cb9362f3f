import type { Instant, RecordedEvent } from '#kernel';
import { foldAsOf } from '#event-sourcing';
import {
  type Migration,
  type MigrationView,
  migrationDecider,
  migrationIdOf,
  migrationStreamOf,
  migrationViewOf,
  toDosOf,
} from '#migration';
import type { DeadLetter, Overview, StoredMigration, ToDoView } from '#read-models';
import type { Control, LedgerEntry, ReceivedMail, SimulatedState } from './control.ts';
import type { Truth } from './known-truth.ts';
import type { ServiceLife } from './service-life.ts';
import type { SimulatedCustomer } from './simulated-customer.ts';
import type { Event, Upstream } from './upstream.ts';

/** All that there is to know of one customer when a run is over. */
export interface CustomerEnding {
  readonly customer: SimulatedCustomer;
  readonly truth: Truth;
  /** From the log itself. */
  readonly migration: Migration;
  readonly history: readonly RecordedEvent[];
  readonly view: MigrationView;
  readonly derivedToDos: readonly string[];
  /** From the read models. */
  readonly stored: StoredMigration | undefined;
  readonly toDos: readonly ToDoView[];
  /** From the stand-in. */
  readonly simulated: SimulatedState;
  readonly ledger: readonly LedgerEntry[];
  readonly mails: readonly ReceivedMail[];
}

export interface Ending {
  readonly seed: number;
  readonly at: Instant;
  readonly customers: readonly CustomerEnding[];
  readonly overview: Overview;
  readonly parked: readonly DeadLetter[];
  /** Source and id of every event that the product took. */
  readonly handedOver: ReadonlyMap<string, Event>;
  /** What a person gave up. */
  readonly discarded: ReadonlySet<string>;
  /** Errors that a living service logged. */
  readonly faults: readonly string[];
  /** Where each life ended. */
  readonly killed: readonly string[];
  readonly brokenLimits: number;
  readonly calls: readonly (readonly [string, number])[];
}

export interface EndingParts {
  readonly seed: number;
  readonly customers: ReadonlyMap<string, SimulatedCustomer>;
  readonly truths: ReadonlyMap<string, Truth>;
  readonly life: ServiceLife;
  readonly control: Control;
  readonly upstream: Upstream;
  readonly discarded: ReadonlySet<string>;
  readonly faults: readonly string[];
  readonly killed: readonly string[];
  readonly partnerTenantId: string;
}

const MOST = 5_000;

export async function endingOf(parts: EndingParts): Promise<Ending> {
  const { seed, customers, truths, life, control, upstream, discarded, faults, killed, partnerTenantId } = parts;
  const { service, clock } = life;
  const now = clock.now();
  const ledger = Map.groupBy(await control.ledger(), ({ customer }) => customer);
  const mails = Map.groupBy(await control.mails(MOST), ({ customer }) => customer ?? '');

  const endings: CustomerEnding[] = [];
  for (const customer of customers.values()) {
    const id = migrationIdOf(partnerTenantId, customer.tenant, 0);
    const folded = await foldAsOf(service.store, migrationStreamOf(id), migrationDecider, service.schemas, () => true);
    if (!folded?.state) throw new Error(`customer ${customer.tenant} has no migration`);
    const migration = folded.state;
    const last = (await service.store.readStream(migrationStreamOf(id), { direction: 'backwards', limit: 1 }))[0]!;
    endings.push({
      customer,
      truth: truths.get(customer.tenant)!,
      migration,
      history: await service.store.readStream(migrationStreamOf(id)),
      view: migrationViewOf(migration, { updatedAt: last.metadata.recordedAt, version: last.revision }, now),
      derivedToDos: toDosOf(migration).map((toDo) => toDo.id),
      stored: await service.queries.migrations.byId(id),
      toDos: await service.queries.toDos.ofMigration(id),
      simulated: await control.customer(customer.tenant),
      ledger: ledger.get(customer.tenant) ?? [],
      mails: mails.get(customer.tenant) ?? [],
    });
  }
  return {
    seed,
    at: now,
    customers: endings,
    overview: await service.queries.overview(now),
    parked: (await service.queries.deadLetters.list({ limit: 10_000 })).items,
    handedOver: upstream.handedOver,
    discarded,
    faults,
    killed,
    brokenLimits: await control.brokenLimits(),
    calls: await control.calls(),
  };
}
