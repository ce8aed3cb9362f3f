import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ImportRowReport, ListImportRows as ListOptions, Page } from '#read-models';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';

export class ListImportRows extends Query<Page<ImportRowReport>> {
  constructor(readonly options: ListOptions) {
    super();
  }
}

@QueryHandler(ListImportRows)
export class ListImportRowsHandler implements IQueryHandler<ListImportRows> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ options }: ListImportRows): Promise<Page<ImportRowReport>> {
    return this.service.queries.imports.rows(options);
  }
}
