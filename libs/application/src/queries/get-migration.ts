import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { storedInLog } from './stored-in-log.ts';
import { type MigrationWithToDos, migrationWithToDos } from './migration-with-to-dos.ts';

export class GetMigration extends Query<MigrationWithToDos> {
  constructor(readonly migrationId: string) {
    super();
  }
}

@QueryHandler(GetMigration)
export class GetMigrationHandler implements IQueryHandler<GetMigration> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  async execute({ migrationId }: GetMigration): Promise<MigrationWithToDos> {
    const { queries, clock } = this.service;
    const stored = (await queries.migrations.byId(migrationId)) ?? (await storedInLog(this.service, migrationId));
    return migrationWithToDos(stored.state, stored.recorded, clock.now(), await queries.toDos.ofMigration(migrationId));
  }
}
