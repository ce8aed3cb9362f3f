import type { Kysely } from 'kysely';
import { type Projection, type ProjectionStorage, combineProjections } from '#event-sourcing';
import { deadLettersProjection } from './dead-letters-projection.ts';
import { importsProjection } from './imports-projection.ts';
import type { FoldedLately } from './folded-lately.ts';
import { createReadModelIndexes } from './indexes.ts';
import { createMigrationsProjection } from './migrations-projection.ts';
import { type ReadModelTransaction, type TakesOver, createProjectionStorage } from './projection-storage.ts';
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

export interface ReadModelCopyQueries {
  readonly migrations: ReturnType<typeof createMigrationQueries>;
  readonly toDos: ReturnType<typeof createToDoQueries>;
  readonly overview: ReturnType<typeof createOverviewQuery>;
  readonly imports: ReturnType<typeof createImportQueries>;
  readonly deadLetters: ReturnType<typeof createDeadLetterQueries>;
}

/** What keeps a copy up with the log. */
export interface ReadModelWriting {
  readonly projection: Projection<ReadModelTransaction>;
  readonly storage: ProjectionStorage<ReadModelTransaction>;
  readonly lately: FoldedLately;
}

/** The side of a copy that is written: by one thread or process at a time. */
export interface WrittenCopy extends ReadModelWriting {
  readonly toDoStore: ReturnType<typeof createToDoStore>;
}

/** One copy of the read models, ready to be written and asked. */
export interface ReadModelCopy extends WrittenCopy {
  readonly queries: ReadModelCopyQueries;
}

/** The name of their common checkpoint. */
export const READ_MODELS = 'read-models';

/** Of a copy whose tables are there. */
export function readModelWriting(write: Kysely<ReadModelTables>, owner: string, takesOver?: TakesOver): ReadModelWriting {
  const migrations = createMigrationsProjection();
  return {
    projection: combineProjections(READ_MODELS, [migrations, deadLettersProjection, importsProjection]),
    storage: createProjectionStorage(write, READ_MODELS, owner, takesOver),
    lately: migrations.lately,
  };
}

export function createCopyQueries(read: Kysely<ReadModelTables>): ReadModelCopyQueries {
  return {
    migrations: createMigrationQueries(read),
    toDos: createToDoQueries(read),
    overview: createOverviewQuery(read),
    imports: createImportQueries(read),
    deadLetters: createDeadLetterQueries(read),
  };
}

/** A copy without its indexes yet, for whoever fills it before anybody asks. */
export async function openForFilling(write: Kysely<ReadModelTables>, owner: string): Promise<ReadModelWriting> {
  await createReadModelTables(write);
  return readModelWriting(write, owner);
}

/** A copy's written side, with its tables and indexes made where they are missing. */
export async function openForWriting(write: Kysely<ReadModelTables>, owner: string): Promise<WrittenCopy> {
  const writing = await openForFilling(write, owner);
  await createReadModelIndexes(write);
  return { ...writing, toDoStore: createToDoStore(write) };
}

export async function openReadModelCopy({ write, read }: ReadModelHandles, owner: string): Promise<ReadModelCopy> {
  const written = await openForWriting(write, owner);
  return { ...written, queries: createCopyQueries(read) };
}
