import type { Clock } from '#kernel';
import {
  createMessageIntake,
  type CommandLoop,
  type Message,
  type MessageIntake,
  type Parking,
  type ParkingCommand,
  type ReplayReport,
} from '#event-sourcing';
import type { IncomingEvent } from '#messaging';
import type { WebhookNotice } from '#partner-center';
import { latestMigrationOf, migrationsOf, type MigrationCommands } from '../customers/customer-migrations.ts';
import { applyMessage } from './apply-message.ts';
import type { IntakeRows } from './intake-rows.ts';
import { customerOfKey, messageOfEvent, originalKeyOf } from './message-of-event.ts';
import { readWebhookNotice } from './partner-center-webhook.ts';

export interface IntakeOptions {
  readonly commands: MigrationCommands;
  readonly parkings: CommandLoop<ParkingCommand, Parking>;
  readonly partnerTenantId: string;
  readonly clock: Clock;
  /** The key of a message that waits, by its id; undefined when it does not wait. */
  readonly keyOfParked: (messageId: string) => Promise<string | undefined>;
  /** Asked before the log, where each look into the log is a call of its own. */
  readonly rows?: IntakeRows | undefined;
}

export type IntakeOutcome = 'applied' | 'duplicate' | 'parked';

export interface Intake {
  /**
   * Takes one event in. When it resolves, the event has acted or is kept durably.
   * Rejects only where the log does not answer: the same event may come again.
   */
  receive(incoming: IncomingEvent): Promise<IntakeOutcome>;
  /** A verified notice of Partner Center. */
  receiveWebhook(notice: WebhookNotice): Promise<IntakeOutcome | { readonly ignored: string }>;
  /** Applies what waits for a customer and its originals, each in order, up to the first that still cannot be. Safe at any time. */
  releaseFor(customerTenantId: string): Promise<ReplayReport>;
  /** A person replays a parked message, and with it those of its key that wait before and after it; undefined when it does not wait. */
  replay(messageId: string): Promise<ReplayReport | undefined>;
  /** The machinery beneath: what waits, and giving it up. */
  readonly messages: MessageIntake;
}

export function createIntake(options: IntakeOptions): Intake {
  const { commands, parkings, partnerTenantId, clock, keyOfParked, rows } = options;
  const duplicates = new WeakSet<Message>();
  const messages = createMessageIntake({
    parkings,
    ...(rows && { mayWait: (key) => rows.mayWait(key) }),
    async apply(message) {
      const applied = await applyMessage(message, { commands, partnerTenantId, clock, rows });
      if (applied.kind !== 'duplicate') return applied;
      duplicates.add(message);
      return { kind: 'applied' };
    },
  });

  async function receive(incoming: IncomingEvent): Promise<IntakeOutcome> {
    const message = messageOfEvent(incoming, { partnerTenantId, clock });
    const outcome = await messages.receive(message);
    if (outcome === 'applied') return duplicates.has(message) ? 'duplicate' : 'applied';
    // What waits for a customer that is known by now was left behind by a crash, or what it lacked has come since.
    if (!(await latestMigrationOf(commands, partnerTenantId, customerOfKey(message.key)))) return 'parked';
    return (await releaseAll(message.key)).waiting === 0 ? 'applied' : 'parked';
  }

  async function releaseAll(key: string): Promise<ReplayReport> {
    let applied = 0;
    for (;;) {
      const report = await messages.replay(key);
      applied += report.applied;
      if (report.applied === 0 || report.waiting === 0 || report.stoppedBy) return { ...report, applied };
    }
  }

  async function releaseFor(customerTenantId: string): Promise<ReplayReport> {
    const migrations = await migrationsOf(commands, partnerTenantId, customerTenantId);
    const originals = migrations.flatMap(({ migration }) =>
      migration.lines.map((line) => originalKeyOf(customerTenantId, line.originalSubscriptionId)),
    );
    const reports = await Promise.all([customerTenantId, ...new Set(originals)].map(releaseAll));
    const stoppedBy = reports.find((report) => report.stoppedBy)?.stoppedBy;
    return {
      applied: reports.reduce((sum, report) => sum + report.applied, 0),
      waiting: reports.reduce((sum, report) => sum + report.waiting, 0),
      ...(stoppedBy && { stoppedBy }),
    };
  }

  return {
    receive,
    async receiveWebhook(notice) {
      const reading = readWebhookNotice(notice, partnerTenantId);
      return reading.ok ? receive(reading.incoming) : { ignored: reading.reason };
    },
    releaseFor,
    async replay(messageId) {
      const key = await keyOfParked(messageId);
      return key === undefined ? undefined : releaseAll(key);
    },
    messages,
  };
}
