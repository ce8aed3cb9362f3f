import type { Kysely } from 'kysely';
import { type Projection, type ProjectionStorage, combineProjections } from '#event-sourcing';
import { deadLettersProjection } from './dead-letters-projection.ts';
import { importsProjection } from './imports-projection.ts';
import { createReadModelIndexes } from './indexes.ts';
import { createMigrationsProjection } from './migrations-projection.ts';
import { type ReadModelTransaction, createProjectionStorage } from './projection-storage.ts';
import { createDeadLetterQueries } from './queries/dead-letters.ts';
import { createImportQueries } from './queries/imports.ts';
import { createMigrationQueries } from './queries/migrations.ts';
import { createOverviewQuery } from './queries/overview.ts';
import { createToDoQueries } from './queries/to-dos.ts';
import { createReadModelTables } from './schema.ts';
import type { ReadModelTables } from './tables.ts';
import { createToDoStore } from './to-do-store.ts';

/** Where one copy of the read models is: the projection and the executor write through one handle, queries read through another. */
export interface ReadModelHandles {
  readonly write: Kysely<ReadModelTables>;
  readonly read: Kysely<ReadModelTables>;
}

/** The side of a copy that is written: by one thread or process at a time. */
export interface WrittenCopy {
  readonly projection: Projection<ReadModelTransaction>;
  readonly storage: ProjectionStorage<ReadModelTransaction>;
  readonly toDoStore: ReturnType<typeof createToDoStore>;
}

/** The side of a copy that is asked. */
export type CopyQueries = ReturnType<typeof createCopyQueries>;

/** One copy of the read models, ready to be written and asked. */
export interface ReadModelCopy extends WrittenCopy {
  readonly queries: CopyQueries;
}

/** The name of their common checkpoint. */
export const READ_MODELS = 'read-models';

/** A copy without its indexes yet, for whoever fills it before anybody asks. */
export async function openForFilling(write: Kysely<ReadModelTables>, owner: string): Promise<Pick<WrittenCopy, 'projection' | 'storage'>> {
  await createReadModelTables(write);
  return {
    projection: combineProjections(READ_MODELS, [createMigrationsProjection(), deadLettersProjection, importsProjection]),
    storage: createProjectionStorage(write, READ_MODELS, owner),
  };
}

/** A copy's written side, with its tables and indexes made where they are missing. */
export async function openForWriting(write: Kysely<ReadModelTables>, owner: string): Promise<WrittenCopy> {
  const writing = await openForFilling(write, owner);
  await createReadModelIndexes(write);
  return { ...writing, toDoStore: createToDoStore(write) };
}

/** Whoever writes the copy has made its tables by then. */
export function createCopyQueries(read: Kysely<ReadModelTables>) {
  return {
    migrations: createMigrationQueries(read),
    toDos: createToDoQueries(read),
    overview: createOverviewQuery(read),
    imports: createImportQueries(read),
    deadLetters: createDeadLetterQueries(read),
  };
}

export async function openReadModelCopy({ write, read }: ReadModelHandles, owner: string): Promise<ReadModelCopy> {
  const written = await openForWriting(write, owner);
  return { ...written, queries: createCopyQueries(read) };
}
