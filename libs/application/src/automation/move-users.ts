import pLimit from 'p-limit';
import type { Evidence } from '#kernel';
import { OutsideFailure } from '#partner-center';
import type { MovedUsers } from './license-progress.ts';
import type { Work } from './work.ts';

/** Calls under way at a time for one customer. */
const CONCURRENCY = 4;
/** So many users one after another without any answer are no matter of these users. */
const STRANDED = 20;
/** Needs a person, but for this user only. */
const USER_LEVEL_CODES: ReadonlySet<string> = new Set(['usage-location-missing', 'license-group-managed']);

export interface MoveResult extends MovedUsers {
  /** What stopped the run: the outside as a whole, not one user. */
  readonly stoppedBy: OutsideFailure | null;
  /** An error of our own; what was done before it is in the lists all the same. */
  readonly brokenBy: { readonly error: unknown } | null;
  /** Some calls had no answer: whether those users are moved shows in the directory. */
  readonly lastUnanswered: OutsideFailure | null;
  readonly unanswered: readonly string[];
  readonly evidence: Evidence | undefined;
}

/** Adds the new SKU and removes the old one, user by user, each in one call (rule 5; facts §5.1). */
export async function moveUsers(work: Work, userIds: readonly string[]): Promise<MoveResult> {
  const { chosen, skuId: remove } = work.line;
  const add = chosen!.skuId;
  const limit = pLimit(CONCURRENCY);
  const reassigned: string[] = [];
  const failed: { userId: string; code: string }[] = [];
  let stoppedBy: OutsideFailure | null = null;
  let lastUnanswered: OutsideFailure | null = null;
  const unanswered: string[] = [];
  let inARow = 0;
  let evidence: Evidence | undefined;

  async function move(userId: string): Promise<void> {
    if (stoppedBy) return;
    try {
      ({ evidence } = await work.parts.gateway.swapLicense(work.writeId(`swap ${userId}`), work.customer, userId, add, remove));
      reassigned.push(userId);
      inARow = 0;
    } catch (failure) {
      if (!(failure instanceof OutsideFailure)) throw failure;
      if (failure.outcomeUnknown) unanswered.push(userId);
      if (isOfUser(failure)) failed.push({ userId, code: failure.code });
      else if (failure.kind !== 'retry-later' || failure.retryAt) stoppedBy ??= failure;
      else {
        lastUnanswered = failure;
        inARow += 1;
        if (inARow >= STRANDED) stoppedBy ??= failure;
      }
    }
  }

  // All are waited for, so that what has been done is written down whatever else went wrong.
  const ends = await Promise.allSettled(userIds.map((userId) => limit(() => move(userId))));
  const broken = ends.find((end) => end.status === 'rejected') ?? null;
  return { reassigned, failed, stoppedBy, brokenBy: broken && { error: broken.reason as unknown }, lastUnanswered, unanswered, evidence };
}

function isOfUser(failure: OutsideFailure): boolean {
  return failure.kind === 'refused' || failure.kind === 'not-found' || USER_LEVEL_CODES.has(failure.code);
}
