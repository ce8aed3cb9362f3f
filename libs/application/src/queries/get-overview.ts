import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Overview } from '#read-models';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';

export class GetOverview extends Query<Overview> {}

@QueryHandler(GetOverview)
export class GetOverviewHandler implements IQueryHandler<GetOverview> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute(): Promise<Overview> {
    return this.service.queries.overview(this.service.clock.now());
  }
}
