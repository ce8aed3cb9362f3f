import { plusMs } from '#kernel';
import type { ToDoResult } from '#event-sourcing';
import type { OutsideFailure } from '#partner-center';
import type { Work } from './work.ts';

/** How long a person's mending is waited for before the same is tried again. */
const PERSON_MS = 6 * 3_600_000;

/** What a failure outside means for the to-do, where its handler has no better answer (facts §6.2). */
export async function afterFailure(work: Work, failure: OutsideFailure): Promise<ToDoResult> {
  switch (failure.kind) {
    case 'retry-later':
      // Throttled, or told when to come back: no attempt was wasted.
      return failure.retryAt ? work.again(failure.retryAt, failure.code) : { kind: 'failed', code: failure.code, detail: failure.message };
    case 'needs-person':
    case 'refused':
    case 'not-found':
      return needsPerson(work, failure.code, failure.message);
    default:
      return failure.kind satisfies never;
  }
}

export async function needsPerson(work: Work, code: string, detail: string): Promise<ToDoResult> {
  await work.raise(code, detail);
  return work.again(plusMs(work.now, PERSON_MS), code);
}
