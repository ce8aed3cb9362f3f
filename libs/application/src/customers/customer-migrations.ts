import type { Position } from '#kernel';
import type { CommandLoop } from '#event-sourcing';
import {
  migrationIdOf,
  migrationStreamOf,
  type Migration,
  type MigrationCommand,
  type MigrationRefusalCode,
  type MigrationState,
} from '#migration';

export type MigrationCommands = CommandLoop<MigrationCommand, MigrationState, MigrationRefusalCode>;

/** One of a customer's migrations as it stands in the log. */
export interface CustomerMigration {
  readonly migrationId: string;
  readonly streamId: string;
  /** 0 for the customer's first. */
  readonly generation: number;
  readonly migration: Migration;
  readonly revision: number;
  readonly position: Position;
}

/** All migrations of a customer, oldest first. Their ids are derived, so the log itself tells them, without any index. */
export async function migrationsOf(
  commands: Pick<MigrationCommands, 'load'>,
  partnerTenantId: string,
  customerTenantId: string,
): Promise<readonly CustomerMigration[]> {
  const found: CustomerMigration[] = [];
  for (let generation = 0; ; generation += 1) {
    const migrationId = migrationIdOf(partnerTenantId, customerTenantId, generation);
    const streamId = migrationStreamOf(migrationId);
    const loaded = await commands.load(streamId);
    if (!loaded?.state) return found;
    found.push({ migrationId, streamId, generation, migration: loaded.state, revision: loaded.revision, position: loaded.position });
  }
}

/** The customer's own migration: the latest, open or not. */
export async function latestMigrationOf(
  commands: Pick<MigrationCommands, 'load'>,
  partnerTenantId: string,
  customerTenantId: string,
): Promise<CustomerMigration | undefined> {
  return (await migrationsOf(commands, partnerTenantId, customerTenantId)).at(-1);
}
