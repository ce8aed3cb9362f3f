import type { Instant } from '#kernel';
import type { ToDo } from '#event-sourcing';
import { migrationStreamOf } from '#migration';
import { partsOfKey, toDoIdOf } from './to-do-changes.ts';

/** What of a to-do's row and its migration's the executor is given. */
export interface ClaimedRow {
  readonly n: number;
  readonly id: string;
  readonly key: string;
  readonly ready_at: string;
  readonly attempts: number;
}

export function claimedToDo({ id, key, ready_at, attempts }: ClaimedRow): ToDo {
  const { kind, originalSubscriptionId } = partsOfKey(key);
  return {
    id: toDoIdOf(id, key),
    kind,
    subjectId: migrationStreamOf(id),
    dueAt: ready_at as Instant,
    attempts,
    data: { migrationId: id, originalSubscriptionId },
  };
}
