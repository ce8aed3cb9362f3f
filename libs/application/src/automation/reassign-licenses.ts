import { epochOf } from '#kernel';
import type { ToDoResult } from '#event-sourcing';
import type { WorkHandler } from './automation-parts.ts';
import { licenseScope, type LicenseScope } from './license-scope.ts';
import { LicenseProgress } from './license-progress.ts';
import { moveUsers, type MoveResult } from './move-users.ts';
import { afterFailure, needsPerson } from './outside-failures.ts';
import { usersOf } from './users-of-customer.ts';
import type { Work } from './work.ts';

/** Users whose progress is written down together. */
const CHUNK = 100;
/** After so many the migration itself is told. */
const SLICE = 500;
/** A handler may not outlast its lease: the rest goes on with the next claim. */
const RUN_MS = 3 * 60_000;

/**
 * Seed article, step 4, different offer (rule 5). Goes on after any interruption from what the license stream and the
 * directory show; whoever is moved already is not called for again.
 */
export const reassignLicenses: WorkHandler = async (work) => {
  const { parts, now } = work;
  const progress = await LicenseProgress.of(work);
  const scope = await licenseScope(
    work.line,
    progress.state,
    usersOf(parts.gateway, work.customer, (call) => work.lookId(call)),
    () => freeUnits(work),
  );
  await progress.write({ reassigned: scope.movedUnrecorded, failed: [] }, now);
  // Before the first call: how many there are, so that an interrupted run knows whom it has not written down.
  if (!work.line.reassignment && scope.pending.length > 0) await tell(work, scope, progress, 0);

  const failed: { userId: string; code: string }[] = [];
  let unanswered: MoveResult['lastUnanswered'] = null;
  for (let from = 0; from < scope.pending.length; from += CHUNK) {
    const moved = await moveUsers(work, scope.pending.slice(from, from + CHUNK));
    await progress.write(moved, parts.clock.now(), moved.evidence);
    if (moved.brokenBy) throw moved.brokenBy.error;
    failed.push(...moved.failed);
    unanswered ??= moved.lastUnanswered;
    if (moved.stoppedBy) {
      await tell(work, scope, progress, failed.length);
      return afterFailure(work, moved.stoppedBy);
    }
    if ((from + CHUNK) % SLICE !== 0) continue;
    await tell(work, scope, progress, failed.length);
    const outOfTime = epochOf(parts.clock.now()) - epochOf(now) > RUN_MS;
    if (outOfTime && from + CHUNK < scope.pending.length) return work.again(parts.clock.now(), 'more users to move');
  }
  if (failed.length === 0 && unanswered === null) return completed(work, scope);
  await tell(work, scope, progress, failed.length);
  if (unanswered) return afterFailure(work, unanswered);
  return needsPerson(
    work,
    'licenses-failed',
    `${failed.length} users keep the old license (${countsOf(failed)}): mend the cause, they are tried again in 6 hours`,
  );
};

/** Licenses of the new SKU that nobody holds yet. */
async function freeUnits(work: Work): Promise<number> {
  const { value } = await work.parts.gateway.subscribedSkus(work.lookId('subscribed skus'), work.customer);
  const sku = value.find(({ skuGuid }) => skuGuid === work.line.chosen?.skuId);
  return sku ? Math.max(0, sku.activeUnits - sku.consumedUnits) : 0;
}

/** Nobody in scope is left with the old SKU. */
async function completed(work: Work, { inScope }: LicenseScope): Promise<ToDoResult> {
  const { originalSubscriptionId } = work.line;
  return work.record('complete', {
    type: 'RecordReassignment',
    at: work.parts.clock.now(),
    originalSubscriptionId,
    inScope,
    reassigned: inScope,
    failed: 0,
    complete: true,
  });
}

async function tell(work: Work, { inScope }: LicenseScope, progress: LicenseProgress, failed: number): Promise<void> {
  const { originalSubscriptionId } = work.line;
  const reassigned = Math.min(progress.state.reassigned.size, inScope);
  await work.apply('progress', {
    type: 'RecordReassignment',
    at: work.parts.clock.now(),
    originalSubscriptionId,
    inScope,
    reassigned,
    failed,
    complete: false,
  });
}

/** `out-of-licenses: 3, user-not-found: 1`. Users are not named: attention is not personal data. */
function countsOf(failed: readonly { readonly code: string }[]): string {
  const counts = Map.groupBy(failed, ({ code }) => code);
  return [...counts].map(([code, users]) => `${code}: ${users.length}`).join(', ');
}
