import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ImportView } from '#read-models';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';

export class ImportUnknown extends Error {
  readonly code = 'import-unknown';
  constructor(importId: string) {
    super(`there is no import ${importId}`);
  }
}

export class GetImport extends Query<ImportView> {
  constructor(readonly importId: string) {
    super();
  }
}

@QueryHandler(GetImport)
export class GetImportHandler implements IQueryHandler<GetImport> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  async execute({ importId }: GetImport): Promise<ImportView> {
    const view = await this.service.queries.imports.byId(importId);
    if (!view) throw new ImportUnknown(importId);
    return view;
  }
}
