import { type Instant, derivedId, plusDays } from '#kernel';
import { readEndingFacts } from '#application';
import { type Migration, type MigrationCommand, attentionsOf, lineOf, migrationStreamOf, offerNamed, targetFrom } from '#migration';
import { OutsideFailure } from '#partner-center';
import type { Chance } from './chance.ts';
import type { ServiceLife } from './service-life.ts';
import type { CustomerSide } from './customer-side.ts';
import type { SimulatedCustomer, SimulatedLine } from './simulated-customer.ts';

export type Refused = { readonly kind: 'refused'; readonly code: string };
export type Answered = { readonly kind: 'applied' } | Refused;

/** A person who answers the same thing again only after so long. */
const PATIENCE_DAYS = 2;
const WITHDRAWS_AFTER_DAYS = 12;

/** A command of a person, with an id that a repetition after a crash repeats. */
export async function command(life: ServiceLife, migrationId: string, id: string, given: MigrationCommand): Promise<Answered> {
  const outcome = await life.service.commands.execute(migrationStreamOf(migrationId), {
    id: derivedId('person', migrationId, id),
    command: given,
    actor: 'person:operator',
    correlationId: migrationId,
  });
  return outcome.kind === 'refused' ? { kind: 'refused', code: outcome.refusal.code } : { kind: 'applied' };
}

/** Looks at what needs attention, and does what the message says, as a person would. */
export class Operator {
  readonly #chance: Chance;
  readonly #customerSide: () => CustomerSide;
  readonly #done = new Map<string, Instant>();

  constructor(chance: Chance, customerSide: () => CustomerSide) {
    this.#chance = chance;
    this.#customerSide = customerSide;
  }

  /** One look at everything that somebody has to act upon. */
  async look(life: ServiceLife, customers: ReadonlyMap<string, SimulatedCustomer>, now: Instant): Promise<void> {
    const { items } = await life.service.queries.migrations.list(
      { filter: { risk: ['act', 'gap'] }, sort: 'registeredAt', descending: false, limit: 500 },
      now,
    );
    for (const { id, customerTenantId, needsAttention } of items) {
      const customer = customers.get(customerTenantId);
      const found = needsAttention && (await life.service.queries.migrations.byId(id));
      if (found && customer) await this.#lookAt(life, customer, found.state, now);
    }
  }

  async #lookAt(life: ServiceLife, customer: SimulatedCustomer, migration: Migration, now: Instant): Promise<void> {
    for (const { code, detail, since } of attentionsOf(migration, now)) {
      const key = `${migration.id} ${code} ${detail}`;
      const last = this.#done.get(key);
      if (last !== undefined && plusDays(last, PATIENCE_DAYS) > now) continue;
      await this.#answer(life, { customer, migration, code, detail, since, now });
      this.#done.set(key, now);
    }
  }

  async #answer(life: ServiceLife, { customer, migration, code, detail, since, now }: Answering): Promise<void> {
    const named = customer.lines.find((line) => detail.includes(line.registration.originalSubscriptionId));
    const originalSubscriptionId = named?.registration.originalSubscriptionId ?? '';
    const id = `${code} ${originalSubscriptionId} ${now}`;
    const retry = () => command(life, migration.id, id, { type: 'Retry', at: now });
    switch (code) {
      case 'offer-unmapped':
        if (named?.personChooses) await this.#choose(life, migration, id, originalSubscriptionId, named.personChooses, now);
        return;
      case 'seat-pool-exceeded':
        // Some wait for the end of the original, which makes room.
        if (named && this.#chance.branch(originalSubscriptionId).happens(0.6))
          await this.#choose(life, migration, id, originalSubscriptionId, named.insteadOfPool, now);
        return;
      case 'original-renewed':
      case 'original-extended':
        await this.#cancel(life, migration, id, originalSubscriptionId, now);
        return;
      case 'relationship-removed':
        if (plusDays(since, WITHDRAWS_AFTER_DAYS) < now)
          await command(life, migration.id, id, { type: 'Withdraw', at: now, reason: 'the customer left' });
        return;
      case 'no-contact-email':
        if (named && migration.lines.some((line) => line.originalSubscriptionId === originalSubscriptionId && line.endUntoldSince))
          await this.#tell(customer, named, migration);
        return;
      case 'directory-access-missing':
        // Only the customer can give it.
        return;
      default:
        await retry();
    }
  }

  /** What no mail could tell. */
  async #tell(customer: SimulatedCustomer, line: SimulatedLine, migration: Migration): Promise<void> {
    const by = lineOf(migration, line.registration.originalSubscriptionId)?.endChoice?.by ?? 'expiry';
    await this.#customerSide().hearsThatItMayEnd(customer, line, by);
  }

  async #choose(
    life: ServiceLife,
    migration: Migration,
    id: string,
    originalSubscriptionId: string,
    item: string,
    now: Instant,
  ): Promise<void> {
    const catalog = await outside(() => life.gateway.catalog(derivedId('catalog', id), migration.country));
    const offer = catalog && offerNamed(`${item}:ANY`, catalog.value);
    const line = lineOf(migration, originalSubscriptionId);
    if (!offer || !line) return;
    const target = targetFrom(offer, line.target?.seats ?? line.seats, migration.policy);
    await command(life, migration.id, id, { type: 'ChooseTarget', at: now, originalSubscriptionId, target });
  }

  /** With the facts read back, as the API does (rule 3). */
  async #cancel(life: ServiceLife, migration: Migration, id: string, originalSubscriptionId: string, now: Instant): Promise<void> {
    const line = lineOf(migration, originalSubscriptionId);
    if (!line) return;
    if (!line.subscription) {
      await command(life, migration.id, id, { type: 'ProvisionSubscription', at: now, originalSubscriptionId, notBefore: null });
      return;
    }
    const read = await outside(() => readEndingFacts(life.gateway, migration, line, (call) => derivedId('facts', id, call)));
    if (!read) return;
    await command(life, migration.id, id, {
      type: 'ChooseOriginalEnd',
      at: now,
      originalSubscriptionId,
      by: 'cancellation',
      acknowledgeNoRefund: true,
      facts: read.facts,
    });
  }
}

interface Answering {
  readonly customer: SimulatedCustomer;
  readonly migration: Migration;
  readonly code: string;
  readonly detail: string;
  readonly since: Instant;
  readonly now: Instant;
}

/** The answer, or undefined where the outside fails just now: the person tries again another day. */
async function outside<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (failure) {
    if (failure instanceof OutsideFailure) return undefined;
    throw failure;
  }
}
