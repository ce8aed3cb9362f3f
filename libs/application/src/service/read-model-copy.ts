import type { Kysely } from 'kysely';
import { type Projection, type ProjectionStorage, combineProjections } from '#event-sourcing';
import {
  type ReadModelTables,
  type ReadModelTransaction,
  createImportQueries,
  createDeadLetterQueries,
  createMigrationQueries,
  createMigrationsProjection,
  createOverviewQuery,
  createProjectionStorage,
  createReadModelTables,
  createToDoQueries,
  createToDoStore,
  deadLettersProjection,
  importsProjection,
} from '#read-models';

/** Where one copy of the read models is: the projection and the executor write through one handle, queries read through another. */
export interface ReadModelHandles {
  readonly write: Kysely<ReadModelTables>;
  readonly read: Kysely<ReadModelTables>;
}

/** One copy of the read models, ready to be written and asked. */
export interface ReadModelCopy {
  readonly projection: Projection<ReadModelTransaction>;
  readonly storage: ProjectionStorage<ReadModelTransaction>;
  readonly toDoStore: ReturnType<typeof createToDoStore>;
  readonly queries: {
    readonly migrations: ReturnType<typeof createMigrationQueries>;
    readonly toDos: ReturnType<typeof createToDoQueries>;
    readonly overview: ReturnType<typeof createOverviewQuery>;
    readonly imports: ReturnType<typeof createImportQueries>;
    readonly deadLetters: ReturnType<typeof createDeadLetterQueries>;
  };
}

export const READ_MODELS = 'read-models';

export async function openReadModelCopy({ write, read }: ReadModelHandles, owner: string): Promise<ReadModelCopy> {
  await createReadModelTables(write);
  return {
    projection: combineProjections(READ_MODELS, [createMigrationsProjection(), deadLettersProjection, importsProjection]),
    storage: createProjectionStorage(write, READ_MODELS, owner),
    toDoStore: createToDoStore(write),
    queries: {
      migrations: createMigrationQueries(read),
      toDos: createToDoQueries(read),
      overview: createOverviewQuery(read),
      imports: createImportQueries(read),
      deadLetters: createDeadLetterQueries(read),
    },
  };
}
