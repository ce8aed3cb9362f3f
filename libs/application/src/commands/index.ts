import { ChooseOriginalEndHandler } from './choose-original-end.ts';
import { ChooseTargetHandler } from './choose-target.ts';
import { HoldHandler } from './hold.ts';
import { ProvisionSubscriptionHandler } from './provision-subscription.ts';
import { RecordAcceptanceHandler } from './record-acceptance.ts';
import { RegisterMigrationHandler } from './register-migration.ts';
import { RequestResellerHandler } from './request-reseller.ts';
import { ResumeHandler } from './resume.ts';
import { RetryHandler } from './retry.ts';
import { WithdrawHandler } from './withdraw.ts';

export const COMMAND_HANDLERS = [
  RegisterMigrationHandler,
  RequestResellerHandler,
  RecordAcceptanceHandler,
  ChooseTargetHandler,
  ProvisionSubscriptionHandler,
  ChooseOriginalEndHandler,
  HoldHandler,
  ResumeHandler,
  WithdrawHandler,
  RetryHandler,
];

export * from './apply-command.ts';
export * from './choose-original-end.ts';
export * from './choose-target.ts';
export * from './command-context.ts';
export * from './failures.ts';
export * from './hold.ts';
export * from './provision-subscription.ts';
export * from './record-acceptance.ts';
export * from './register-migration.ts';
export * from './request-reseller.ts';
export * from './resume.ts';
export * from './retry.ts';
export * from './steering-command.ts';
export * from './withdraw.ts';
