import type { Clock } from '#kernel';
import type { Alarm, DrivenClock, EventStore, SoleWork } from '#event-sourcing';
import type { MessageBus } from '#messaging';
import type { MigrationPolicy } from '#migration';
import type { Mailer, PartnerCenterGateway } from '#partner-center';
import type { ImportSpool } from '../importing/index.ts';
import type { ReadModels } from '../read-models/index.ts';

export interface ServiceLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface ServiceOptions {
  readonly store: EventStore;
  /** Each look into the log is a call over the network: messages that come in ask the rows first. False by default. */
  readonly logIsRemote?: boolean;
  readonly bus: MessageBus;
  /** Following the log already; stopped together with the service. */
  readonly readModels: ReadModels;
  readonly gateway: PartnerCenterGateway;
  readonly mailer: Mailer;
  readonly clock: Clock;
  /** Moved through this process. A process that works on a clock which another one moves has none. */
  readonly drivenClock: DrivenClock | null;
  readonly alarm: Alarm;
  /** In [0, 1): spreads attempts at an engine that is away. */
  readonly random: () => number;
  readonly newId: () => string;
  /** Who owns checkpoints and claims: the same after a restart where nobody else can be running. */
  readonly owner: string;
  readonly partnerTenantId: string;
  readonly partnerName: string;
  readonly policy: MigrationPolicy;
  /** Where uploaded files wait: wherever everybody who carries imports out can read them. */
  readonly importSpool: ImportSpool;
  /** Publishes what the log says of migrations; false where nobody could read it. */
  readonly publishes: boolean;
  readonly soleWork: SoleWork;
  /** Takes up work: to-dos, messages, imports. False in a process that only answers, where others work on the same engines. */
  readonly works: boolean;
  readonly log: ServiceLog;
}
