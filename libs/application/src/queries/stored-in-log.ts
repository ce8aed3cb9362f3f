import { migrationStreamOf } from '#migration';
import type { StoredMigration } from '#read-models';
import { MigrationUnknown } from '../commands/failures.ts';
import type { Service } from '../service/service.ts';

/** A migration that is in the log and not in the read models yet: so young that nobody should be told it is unknown. */
export async function storedInLog({ commands, store }: Pick<Service, 'commands' | 'store'>, migrationId: string): Promise<StoredMigration> {
  const streamId = migrationStreamOf(migrationId);
  const loaded = await commands.load(streamId);
  if (!loaded?.state) throw new MigrationUnknown(migrationId);
  const [last] = await store.readStream(streamId, { direction: 'backwards', limit: 1 });
  return { state: loaded.state, recorded: { updatedAt: last?.metadata.recordedAt ?? loaded.state.registeredAt, version: loaded.revision } };
}
