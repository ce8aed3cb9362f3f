import type { Evidence, Instant, Position } from '#kernel';
import { type Migration, type MigrationCommand, migrationStreamOf } from '#migration';
import type { Service } from '../service/service.ts';
import type { CommandContext } from './command-context.ts';
import { CommandRefused, MigrationUnknown, RevisionStale } from './failures.ts';

/** The migration as the command left it, made from the command's own outcome: no read model is asked. */
export interface CommandAnswer {
  readonly state: Migration;
  readonly revision: number;
  readonly position: Position;
  /** When the stream was last written. */
  readonly updatedAt: Instant;
}

export interface Proof {
  readonly evidence?: Evidence;
  readonly reason?: string;
}

type ServicePart = Pick<Service, 'commands' | 'store' | 'clock'>;

/**
 * Applies one command to one migration.
 * @throws MigrationUnknown, RevisionStale, CommandRefused; TooMuchContention, UnconfirmedAppend: send it again
 */
export async function applyCommand(
  service: ServicePart,
  migrationId: string,
  command: MigrationCommand,
  { commandId, actor, correlationId, expectedRevision }: CommandContext,
  proof: Proof = {},
): Promise<CommandAnswer> {
  const streamId = migrationStreamOf(migrationId);
  const outcome = await service.commands.execute(streamId, {
    id: commandId,
    command,
    actor,
    correlationId,
    ...(expectedRevision !== undefined && { expectedRevision }),
    ...proof,
  });
  switch (outcome.kind) {
    case 'stale':
      throw outcome.revision < 0 ? new MigrationUnknown(migrationId) : new RevisionStale(outcome.revision);
    case 'refused':
      if (outcome.refusal.code === 'not-registered') throw new MigrationUnknown(migrationId);
      throw new CommandRefused(
        outcome.refusal,
        outcome.refusal.code === 'superseded' ? (outcome.state?.supersededBy ?? undefined) : undefined,
      );
    case 'applied': {
      const { state, revision, position, events } = outcome;
      if (!state) throw new MigrationUnknown(migrationId);
      const last = events.at(-1) ?? (await service.store.readStream(streamId, { direction: 'backwards', limit: 1 }))[0];
      return { state, revision, position, updatedAt: last?.metadata.recordedAt ?? service.clock.now() };
    }
    default:
      return outcome satisfies never;
  }
}

/** The migration as the log has it now. @throws MigrationUnknown */
export async function loadMigration(service: Pick<Service, 'commands'>, migrationId: string): Promise<Migration> {
  const loaded = await service.commands.load(migrationStreamOf(migrationId));
  if (!loaded?.state) throw new MigrationUnknown(migrationId);
  return loaded.state;
}
