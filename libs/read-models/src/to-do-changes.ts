import type { MigrationToDo } from '#migration';
import type { DueToDo, GoneToDo } from './tables.ts';

/**
 * The rows that changes of states make and drop. Both sides follow from the states alone, so nothing is read, and work
 * that stays the same keeps its books: its attempts and its claim.
 */
export class ToDoChanges {
  readonly gone: GoneToDo[] = [];
  readonly due: DueToDo[] = [];

  /** Once a migration and batch. */
  add(before: readonly MigrationToDo[], after: readonly MigrationToDo[], migration: number): void {
    for (const { id, dueAt } of after) {
      if (!before.some((toDo) => toDo.id === id && toDo.dueAt === dueAt)) this.due.push({ migration, key: toDoKeyOf(id), ready_at: dueAt });
    }
    for (const { id } of before) {
      if (!after.some((toDo) => toDo.id === id)) this.gone.push({ migration, key: toDoKeyOf(id) });
    }
  }
}

const MIGRATION_ID_LENGTH = 36;

/** What a to-do's id says beside its migration's id. */
export function toDoKeyOf(id: string): string {
  return id.slice(MIGRATION_ID_LENGTH + 1);
}

export function migrationIdOfToDo(id: string): string {
  return id.slice(0, MIGRATION_ID_LENGTH);
}

export function toDoIdOf(migrationId: string, key: string): string {
  return `${migrationId}:${key}`;
}

/** `<kind>:<original or nothing>:<part>:<retries>`. */
export function partsOfKey(key: string): { readonly kind: string; readonly originalSubscriptionId: string | null } {
  const [kind = '', of = ''] = key.split(':', 2);
  return { kind, originalSubscriptionId: of === '' ? null : of };
}
