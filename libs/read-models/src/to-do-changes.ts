import type { Insertable } from 'kysely';
import { type Migration, type MigrationToDo, toDosOf } from '#migration';
import type { ToDosTable } from './tables.ts';

/**
 * The rows that a change of state makes and drops. Both sides follow from the states alone, so nothing is read, and
 * work that stays the same keeps its books: its attempts and its claim.
 */
export class ToDoChanges {
  readonly #gone = new Set<string>();
  readonly #due = new Map<string, Insertable<ToDosTable>>();

  add(before: readonly MigrationToDo[], after: readonly MigrationToDo[], migrationId: string): void {
    const known = new Map(before.map((toDo) => [toDo.id, toDo.dueAt]));
    for (const { id, kind, dueAt, originalSubscriptionId } of after) {
      if (known.get(id) !== dueAt) this.#due.set(id, { id, kind, migration_id: migrationId, original_id: originalSubscriptionId, due_at: dueAt, ready_at: dueAt, last_error: null, owner: null, lease_until: null });
      known.delete(id);
    }
    for (const id of known.keys()) {
      this.#gone.add(id);
      this.#due.delete(id);
    }
  }

  get gone(): readonly string[] {
    return [...this.#gone];
  }

  get due(): readonly Insertable<ToDosTable>[] {
    return [...this.#due.values()];
  }
}

export function toDosOfOpen(migration: Migration | null): readonly MigrationToDo[] {
  return migration ? toDosOf(migration) : [];
}
