import { CountMigrationsHandler } from './count-migrations.ts';
import { GetHistoryHandler } from './get-history.ts';
import { GetImportHandler } from './get-import.ts';
import { GetMigrationAsOfHandler } from './get-migration-as-of.ts';
import { GetMigrationHandler } from './get-migration.ts';
import { GetOverviewHandler } from './get-overview.ts';
import { GetPlanHandler } from './get-plan.ts';
import { ListDeadLettersHandler } from './list-dead-letters.ts';
import { ListImportRowsHandler } from './list-import-rows.ts';
import { ListMigrationsHandler } from './list-migrations.ts';
import { ListToDosHandler } from './list-to-dos.ts';

export const QUERY_HANDLERS = [
  ListMigrationsHandler,
  CountMigrationsHandler,
  GetMigrationHandler,
  GetMigrationAsOfHandler,
  GetHistoryHandler,
  GetPlanHandler,
  GetOverviewHandler,
  ListToDosHandler,
  ListDeadLettersHandler,
  GetImportHandler,
  ListImportRowsHandler,
];

export * from './count-migrations.ts';
export * from './get-history.ts';
export * from './get-import.ts';
export * from './get-migration-as-of.ts';
export * from './get-migration.ts';
export * from './get-overview.ts';
export * from './get-plan.ts';
export * from './list-dead-letters.ts';
export * from './list-import-rows.ts';
export * from './list-migrations.ts';
export * from './list-to-dos.ts';
export * from './migration-with-to-dos.ts';
