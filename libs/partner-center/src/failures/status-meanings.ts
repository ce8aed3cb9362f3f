import type { CodeMeaning } from './partner-center-codes.ts';
import { IN_PROGRESS_WAIT_MS } from './partner-center-codes.ts';

/** What a status means where the outside's own code says nothing we know. `server-error` leaves a write's outcome open. */
export function meaningOfStatus(status: number): CodeMeaning {
  if (status >= 500)
    return { kind: 'retry-later', code: 'server-error', advice: 'The outside had an error of its own; it will be asked again.' };
  switch (status) {
    case 401:
      return {
        kind: 'needs-person',
        code: 'unauthorized',
        advice: 'The token was refused twice: check the client, its secret and the refresh token.',
      };
    case 403:
      return { kind: 'needs-person', code: 'forbidden', advice: 'The partner may not do this: check roles and relationship.' };
    case 404:
      return { kind: 'not-found', code: 'not-found', advice: 'The outside knows no such thing.' };
    case 408:
      return { kind: 'retry-later', code: 'no-answer', advice: 'The outside gave up waiting; it will be asked again.' };
    case 409:
      return {
        kind: 'retry-later',
        code: 'in-progress',
        advice: 'The outside is still working on this; it will be asked again.',
        waitMs: IN_PROGRESS_WAIT_MS,
      };
    default:
      return status >= 400
        ? { kind: 'refused', code: 'request-refused', advice: 'The request was refused as it stands: see the outside code.' }
        : { kind: 'retry-later', code: 'unexpected-answer', advice: 'The answer has a status that is not expected here.' };
  }
}

/** Statuses after which a write may have taken effect all the same. */
export function leavesOutcomeOpen(status: number): boolean {
  return status >= 500 || status === 408 || status < 400;
}
