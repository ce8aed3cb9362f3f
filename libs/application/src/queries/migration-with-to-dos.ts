import type { Instant } from '#kernel';
import { type Migration, type MigrationView, type Recorded, migrationViewOf, toDosOf } from '#migration';
import type { ToDoView } from '#read-models';

/** Contract, shapes: `todos[]` of `migration`. */
export interface MigrationToDoView {
  readonly id: string;
  readonly kind: string;
  readonly originalSubscriptionId: string | null;
  readonly dueAt: Instant;
  readonly attempts: number;
  readonly lastError: string | null;
}

/** Contract, shapes: `migration`. */
export interface MigrationWithToDos extends MigrationView {
  readonly todos: readonly MigrationToDoView[];
}

/**
 * The whole state of a migration. What is to do follows from the state alone; where it was tried already, the
 * executor's books say how often, and when next.
 */
export function migrationWithToDos(
  migration: Migration,
  recorded: Recorded,
  now: Instant,
  tried: readonly ToDoView[] = [],
): MigrationWithToDos {
  const books = new Map(tried.map((toDo) => [toDo.id, toDo]));
  return {
    ...migrationViewOf(migration, recorded, now),
    todos: toDosOf(migration).map(({ id, kind, originalSubscriptionId, dueAt }) => {
      const book = books.get(id);
      return {
        id,
        kind,
        originalSubscriptionId,
        dueAt: book?.dueAt ?? dueAt,
        attempts: book?.attempts ?? 0,
        lastError: book?.lastError ?? null,
      };
    }),
  };
}
