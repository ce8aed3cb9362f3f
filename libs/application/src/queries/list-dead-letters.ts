import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Cursor, DeadLetter, Page } from '#read-models';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';

export class ListDeadLetters extends Query<Page<DeadLetter>> {
  constructor(readonly options: { readonly limit: number; readonly cursor?: Cursor }) {
    super();
  }
}

@QueryHandler(ListDeadLetters)
export class ListDeadLettersHandler implements IQueryHandler<ListDeadLetters> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ options }: ListDeadLetters): Promise<Page<DeadLetter>> {
    return this.service.queries.deadLetters.list(options);
  }
}
