import { later, plusDays, plusMs, type Clock, type Day, type Instant } from '#kernel';
import { createCommandLoop, type ToDoResult } from '#event-sourcing';
import {
  DEFAULT_POLICY,
  licenseReassignmentDecider,
  migrationDecider,
  migrationIdOf,
  migrationStreamOf,
  toDosOf,
  type LicenseReassignmentEvent,
  type LineRegistration,
  type Migration,
  type MigrationEvent,
  type MigrationToDo,
} from '#migration';
import { MemoryEventStore } from '#engines/memory';
import type { CatalogItem } from '#partner-center';
import { serviceEventSchemas } from '../service/event-schemas.ts';
import type { AutomationParts, LicenseCommands, MigrationCommands } from './automation-parts.ts';
import { createAutomation, type Automation } from './create-automation.ts';
import { Outside, type OriginalOutside } from './outside-for-spec.ts';

export const START = '2026-12-01T08:00:00.000Z' as Instant;
export const PARTNER = '11111111-1111-4111-8111-111111111111';
export const CUSTOMER = '22222222-2222-4222-8222-222222222222';
export const OLD_SKU = '33333333-3333-4333-8333-333333333333';
export const NEW_SKU = '44444444-4444-4444-8444-444444444444';
export const TERM_END = '2026-12-31' as Day;

export function originalId(n: number): string {
  return `55555555-5555-4555-8555-${String(n).padStart(12, '0')}`;
}

export function catalogItem(name: string, skuGuid: string): CatalogItem {
  return {
    catalogItem: `${name}:0001:AV1`,
    productId: name,
    skuId: '0001',
    skuGuid,
    title: name,
    minimumSeats: 1,
    maximumSeats: 50_000,
    seatPool: null,
    terms: [{ termDuration: 'P1Y', billingCycle: 'monthly', monthlyPricePerSeat: 10, currency: 'USD' }],
  };
}

export class Crash extends Error {}

/** The service's automation against an outside in memory, over a log in memory, on a clock that the spec moves. */
export class World {
  now: Instant = START;
  readonly clock: Clock = { now: () => this.now };
  readonly store = new MemoryEventStore();
  readonly outside: Outside;
  readonly migrationId = migrationIdOf(PARTNER, CUSTOMER, 0);
  readonly streamId = migrationStreamOf(this.migrationId);
  readonly results: { readonly kind: string; readonly result: ToDoResult }[] = [];
  /** Called before and after every command of automation: throws to crash there. */
  aroundCommand: () => { before(): void; after(): void } = () => ({ before: () => undefined, after: () => undefined });
  commands!: MigrationCommands;
  automation!: Automation;
  #books = new Map<string, { readyAt: Instant; attempts: number }>();

  constructor({ visibleAfterMs = 0 }: { visibleAfterMs?: number } = {}) {
    this.outside = new Outside(this.clock, visibleAfterMs);
    this.outside.catalogItems = [catalogItem('SAME', OLD_SKU), catalogItem('NEW', NEW_SKU)];
    this.restart();
  }

  /** A new process on the same log: nothing is remembered but what was written. */
  restart(): void {
    const { store, clock } = this;
    const commands = createCommandLoop({ store, clock, decider: migrationDecider, schemas: serviceEventSchemas<MigrationEvent>() });
    const licenses = createCommandLoop({
      store,
      clock,
      decider: licenseReassignmentDecider,
      schemas: serviceEventSchemas<LicenseReassignmentEvent>(),
    });
    this.commands = commands;
    const parts: AutomationParts = {
      commands: this.#watched(commands),
      licenses: this.#watched(licenses),
      gateway: this.outside,
      mailer: this.outside,
      clock,
      partnerName: 'Fabrikam',
      log: { warn: () => undefined },
    };
    this.automation = createAutomation(parts);
  }

  #watched<Loop extends MigrationCommands | LicenseCommands>(loop: Loop): Loop {
    const execute = async (...call: Parameters<Loop['execute']>): Promise<unknown> => {
      const { before, after } = this.aroundCommand();
      before();
      const outcome = await (loop.execute as (...parameters: unknown[]) => Promise<unknown>)(...call);
      after();
      return outcome;
    };
    return { load: loop.load.bind(loop), execute } as unknown as Loop;
  }

  async register(lines: readonly (Partial<LineRegistration> & { readonly users?: number })[]): Promise<void> {
    const registrations = lines.map(({ users: _, ...line }, index): LineRegistration => ({
      originalSubscriptionId: originalId(index),
      program: 'web-direct',
      offerName: 'Office 365 E3',
      skuId: OLD_SKU,
      seats: 5,
      termEnd: TERM_END,
      autoRenew: false,
      target: null,
      ...line,
    }));
    this.outside.originals = registrations.map(({ originalSubscriptionId, skuId, seats, termEnd }): OriginalOutside => ({
      id: originalSubscriptionId,
      skuGuid: skuId,
      seats,
      termEnd,
    }));
    lines.forEach(({ users = 0 }, index) => {
      for (let n = 0; n < users; n += 1)
        this.outside.held.set(`user-${index}-${String(n).padStart(5, '0')}`, new Set([registrations[index]!.skuId]));
    });
    await this.commands.execute(this.streamId, {
      id: 'register',
      command: {
        type: 'RegisterMigration',
        at: this.now,
        migrationId: this.migrationId,
        partnerTenantId: PARTNER,
        customerTenantId: CUSTOMER,
        customerName: 'Contoso',
        customerDomain: 'contoso.com',
        country: 'US',
        contactEmail: 'admin@contoso.com',
        wave: null,
        policy: DEFAULT_POLICY,
        lines: registrations,
      },
      actor: 'person:spec',
      correlationId: this.migrationId,
    });
  }

  async migration(): Promise<Migration> {
    return (await this.commands.load(this.streamId))!.state!;
  }

  /** Carries out the earliest to-do that is due until then; undefined when there is none. */
  async step(until: Instant): Promise<string | undefined> {
    const due = toDosOf(await this.migration())
      .map((toDo) => ({ toDo, readyAt: this.#books.get(toDo.id)?.readyAt ?? toDo.dueAt }))
      .sort((a, b) => (a.readyAt < b.readyAt ? -1 : a.readyAt > b.readyAt ? 1 : 0))[0];
    if (!due || due.readyAt > until) return undefined;
    this.now = later(this.now, due.readyAt);
    await this.carryOut(due.toDo);
    return due.toDo.kind;
  }

  async carryOut(toDo: MigrationToDo): Promise<ToDoResult> {
    const attempts = this.#books.get(toDo.id)?.attempts ?? 0;
    const row = { id: toDo.id, kind: toDo.kind, subjectId: this.streamId, dueAt: toDo.dueAt, attempts, data: {} };
    let result: ToDoResult;
    try {
      result = await this.automation.handlers[toDo.kind](row, { now: this.now, signal: new AbortController().signal });
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.restart();
      result = { kind: 'failed', code: 'crash', detail: 'crash' };
    }
    this.results.push({ kind: toDo.kind, result });
    if (result.kind === 'again') this.#books.set(toDo.id, { readyAt: later(result.at, plusMs(this.now, 1)), attempts });
    else if (result.kind === 'failed') this.#books.set(toDo.id, { readyAt: plusMs(this.now, 60_000), attempts: attempts + 1 });
    else if (toDosOf(await this.migration()).some(({ id }) => id === toDo.id))
      throw new Error(`${toDo.id} was settled as ${result.kind}, but it is still to be done`);
    return result;
  }

  async runUntil(until: Instant, mostSteps = 2_000): Promise<void> {
    for (let steps = 0; (await this.step(until)) !== undefined; steps += 1) {
      if (steps > mostSteps) throw new Error(`no end of work at ${this.now}: ${JSON.stringify(this.results.slice(-3))}`);
    }
    this.now = later(this.now, until);
  }

  async runToEnd(): Promise<Migration> {
    this.outside.acceptsAt ??= plusDays(START, 2);
    await this.runUntil(plusDays(START, 60));
    return this.migration();
  }

  async eventTypes(): Promise<readonly string[]> {
    return (await this.store.readStream(this.streamId)).map(({ type }) => type.replace(/^migration\./, '').replace(/\.v1$/, ''));
  }
}
