import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ListToDos as ListOptions, Page, ToDoView } from '#read-models';
import type { Service } from '../service/service.ts';
import { SERVICE } from '../wiring/tokens.ts';

export class ListToDos extends Query<Page<ToDoView>> {
  constructor(readonly options: ListOptions) {
    super();
  }
}

@QueryHandler(ListToDos)
export class ListToDosHandler implements IQueryHandler<ListToDos> {
  constructor(@Inject(SERVICE) private readonly service: Service) {}

  execute({ options }: ListToDos): Promise<Page<ToDoView>> {
    return this.service.queries.toDos.list(options);
  }
}
