import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Instant } from '#kernel';
import { type EventSchemas, foldAsOf } from '#event-sourcing';
import { type MigrationEvent, migrationDecider, migrationStreamOf } from '#migration';
import { MigrationUnknown } from '../commands/failures.ts';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { type MigrationWithToDos, migrationWithToDos } from './migration-with-to-dos.ts';

/** A migration as it stood at a time, folded from its stream. */
export class GetMigrationAsOf extends Query<MigrationWithToDos> {
  constructor(
    readonly migrationId: string,
    readonly asOf: Instant,
  ) {
    super();
  }
}

/** There was no such migration yet at that time. */
export class NotRegisteredThen extends Error {
  readonly code = 'not-registered-then';
  constructor(migrationId: string, asOf: Instant) {
    super(`migration ${migrationId} was not registered yet at ${asOf}: ask for a later time`);
  }
}

@QueryHandler(GetMigrationAsOf)
export class GetMigrationAsOfHandler implements IQueryHandler<GetMigrationAsOf> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  async execute({ migrationId, asOf }: GetMigrationAsOf): Promise<MigrationWithToDos> {
    const { store, schemas } = this.service;
    const streamId = migrationStreamOf(migrationId);
    let updatedAt = asOf;
    const then = await foldAsOf(store, streamId, migrationDecider, schemas as EventSchemas<MigrationEvent>, ({ metadata }) => {
      if (metadata.recordedAt > asOf) return false;
      updatedAt = metadata.recordedAt;
      return true;
    });
    if (then?.state) return migrationWithToDos(then.state, { updatedAt, version: then.revision }, asOf);
    const known = await store.readStream(streamId, { limit: 1 });
    throw known.length > 0 ? new NotRegisteredThen(migrationId, asOf) : new MigrationUnknown(migrationId);
  }
}
