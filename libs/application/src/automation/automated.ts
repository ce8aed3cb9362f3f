import type { ToDoHandler } from '#event-sourcing';
import { toDosOf } from '#migration';
import { OutsideFailure } from '#partner-center';
import type { AutomationParts } from './automation-parts.ts';
import { afterFailure } from './outside-failures.ts';
import { Work, type WorkHandler } from './work.ts';

/** A to-do handler: acts only while the migration itself still says that the work is due. */
export function automated(parts: AutomationParts, handle: WorkHandler): ToDoHandler {
  return async (toDo, { now }) => {
    const loaded = await parts.commands.load(toDo.subjectId);
    if (!loaded?.state) return { kind: 'stale' };
    const due = toDosOf(loaded.state).find(({ id }) => id === toDo.id);
    if (!due) return { kind: 'stale', position: loaded.position };
    const work = new Work(toDo, due, { ...loaded, state: loaded.state }, now, parts);
    try {
      return await handle(work);
    } catch (failure) {
      if (failure instanceof OutsideFailure) return afterFailure(work, failure);
      throw failure;
    }
  };
}
