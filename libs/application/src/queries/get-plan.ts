import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type MigrationPlan, planOf } from '#migration';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';
import { storedInLog } from './stored-in-log.ts';

export class GetPlan extends Query<MigrationPlan> {
  constructor(readonly migrationId: string) {
    super();
  }
}

@QueryHandler(GetPlan)
export class GetPlanHandler implements IQueryHandler<GetPlan> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  async execute({ migrationId }: GetPlan): Promise<MigrationPlan> {
    const stored = (await this.service.queries.migrations.byId(migrationId)) ?? (await storedInLog(this.service, migrationId));
    return planOf(stored.state, this.service.clock.now());
  }
}
