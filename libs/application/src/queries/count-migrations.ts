import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { MigrationFilter } from '#read-models';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';

/** Exactly how many migrations a filter hits. */
export class CountMigrations extends Query<number> {
  constructor(readonly filter: MigrationFilter) {
    super();
  }
}

@QueryHandler(CountMigrations)
export class CountMigrationsHandler implements IQueryHandler<CountMigrations> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ filter }: CountMigrations): Promise<number> {
    return this.service.queries.migrations.count(filter, this.service.clock.now());
  }
}
