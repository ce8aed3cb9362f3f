import { plusDays } from '#kernel';
import { toDosOf } from '#migration';
import type { WorkHandler } from './work.ts';

/** The calendar alone has changed what is to be told of the coverage (rule 6). */
export const assessCoverage: WorkHandler = async (work) => {
  await work.apply('assessed', { type: 'AssessCoverage', at: work.now });
  const loaded = await work.parts.commands.load(work.toDo.subjectId);
  const stillDue = toDosOf(loaded!.state!).some(({ id }) => id === work.toDo.id);
  return stillDue ? work.again(plusDays(work.now, 1), 'nothing new to tell') : { kind: 'done', position: loaded!.position };
};

/** A hold with an end has reached it. */
export const resume: WorkHandler = async (work) => work.record('resumed', { type: 'Resume', at: work.now });
