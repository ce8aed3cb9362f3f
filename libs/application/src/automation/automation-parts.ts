import type { Clock } from '#kernel';
import type { CommandLoop } from '#event-sourcing';
import type { LicenseReassignmentState, RecordUsers } from '#migration';
import type { Mailer, PartnerCenterGateway } from '#partner-center';
import type { MigrationCommands } from '../customers/customer-migrations.ts';

export type { MigrationCommands };
export type LicenseCommands = CommandLoop<RecordUsers, LicenseReassignmentState, never>;

/** Where automation tells the operator what it met; fields carry no personal data. */
export interface AutomationLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What automation stands on. */
export interface AutomationParts {
  readonly commands: MigrationCommands;
  readonly licenses: LicenseCommands;
  readonly gateway: PartnerCenterGateway;
  readonly mailer: Mailer;
  readonly clock: Clock;
  /** As mails name the partner. */
  readonly partnerName: string;
  readonly log: AutomationLog;
}
