import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { MigrationSummary } from '#migration';
import type { ListMigrations as ListOptions, Page } from '#read-models';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';

export class ListMigrations extends Query<Page<MigrationSummary>> {
  constructor(readonly options: ListOptions) {
    super();
  }
}

@QueryHandler(ListMigrations)
export class ListMigrationsHandler implements IQueryHandler<ListMigrations> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ options }: ListMigrations): Promise<Page<MigrationSummary>> {
    return this.service.queries.migrations.list(options, this.service.clock.now());
  }
}
