import { epochOf, later, plusMs } from '#kernel';
import type { ToDoResult } from '#event-sourcing';
import type { OutsideFailure } from '#partner-center';
import { LicensePlans, type LicensePlan } from './license-plans.ts';
import { LicenseProgress } from './license-progress.ts';
import { licenseScope, type LicenseScope } from './license-scope.ts';
import { moveUsers, type MoveResult } from './move-users.ts';
import { afterFailure, needsPerson } from './outside-failures.ts';
import { usersOf } from './users-of-customer.ts';
import type { Work, WorkHandler } from './work.ts';

/** Users whose progress is written down together. */
const CHUNK = 100;
/** After so many the migration itself is told. */
const SLICE = 500;
/** A handler may not outlast its lease: the rest goes on with the next claim. */
const RUN_MS = 3 * 60_000;
/** A rate limit is waited out for a batch's worth of calls, not for one. */
const LEAST_PAUSE_MS = 10_000;

/**
 * Seed article, step 4, different offer (rule 5). Goes on after any interruption from what the license stream and the
 * directory show; whoever is moved already is not called for again.
 */
export function createReassignLicenses(): WorkHandler {
  const plans = new LicensePlans();
  return async (work) => {
    const progress = await LicenseProgress.of(work);
    let plan = plans.take(work.toDo.id) ?? (await freshPlan(work, progress));
    for (;;) {
      const run = await runPlan(work, progress, plan);
      if (run.kind === 'stopped') {
        plans.keep(work.toDo.id, run.left);
        return stopped(work, run.by);
      }
      const { failed, unanswered } = run;
      if (failed.length > 0 || unanswered) {
        await tell(work, plan.scope, progress, failed.length);
        if (unanswered) return afterFailure(work, unanswered);
        const detail = `${failed.length} users keep the old license (${countsOf(failed)}): mend the cause, they are tried again in 6 hours`;
        return needsPerson(work, 'licenses-failed', detail);
      }
      if (!plan.resumed) return completed(work, plan.scope);
      // The directory was read by an earlier run: whether nobody is left is seen only now.
      plan = await freshPlan(work, progress);
    }
  };
}

type Run =
  | { readonly kind: 'ended'; readonly failed: LicensePlan['failed']; readonly unanswered: OutsideFailure | null }
  | { readonly kind: 'stopped'; readonly by: OutsideFailure | null; readonly left: Omit<LicensePlan, 'resumed'> };

async function freshPlan(work: Work, progress: LicenseProgress): Promise<LicensePlan> {
  const users = usersOf(work.parts.gateway, work.customer, (call) => work.lookId(call));
  const scope = await licenseScope(work.line, progress.state, users, () => freeUnits(work));
  await progress.write({ reassigned: scope.movedUnrecorded, failed: [] }, work.now);
  // Before the first call: how many there are, so that an interrupted run knows whom it has not written down.
  if (!work.line.reassignment && scope.pending.length > 0) await tell(work, scope, progress, 0);
  return { scope, failed: [], resumed: false };
}

async function runPlan(work: Work, progress: LicenseProgress, { scope, failed: failedBefore }: LicensePlan): Promise<Run> {
  const { clock } = work.parts;
  const started = clock.now();
  const failed = [...failedBefore];
  let unanswered: MoveResult['lastUnanswered'] = null;
  for (let from = 0; from < scope.pending.length; from += CHUNK) {
    const chunk = scope.pending.slice(from, from + CHUNK);
    const moved = await moveUsers(work, chunk);
    await progress.write(moved, clock.now(), moved.evidence);
    if (moved.brokenBy) throw moved.brokenBy.error;
    failed.push(...moved.failed);
    unanswered ??= moved.lastUnanswered;
    await tellNowAndThen(work, scope, progress, failed.length);
    const outOfTime = epochOf(clock.now()) - epochOf(started) > RUN_MS && from + CHUNK < scope.pending.length;
    if (!moved.stoppedBy && !outOfTime) continue;
    // Whose call had no answer is left to the next reading of the directory, which shows whether it took effect.
    const done = new Set([...moved.reassigned, ...moved.failed.map(({ userId }) => userId), ...moved.unanswered]);
    const pending = scope.pending.slice(from).filter((userId) => !done.has(userId));
    return { kind: 'stopped', by: moved.stoppedBy, left: { scope: { ...scope, pending }, failed } };
  }
  return { kind: 'ended', failed, unanswered };
}

async function stopped(work: Work, by: OutsideFailure | null): Promise<ToDoResult> {
  const now = work.parts.clock.now();
  if (!by) return work.again(now, 'more users to move');
  return by.retryAt ? work.again(later(by.retryAt, plusMs(now, LEAST_PAUSE_MS)), by.code) : afterFailure(work, by);
}

/** Licenses of the new SKU that nobody holds yet. */
async function freeUnits(work: Work): Promise<number> {
  const { value } = await work.parts.gateway.subscribedSkus(work.lookId('subscribed skus'), work.customer);
  const sku = value.find(({ skuGuid }) => skuGuid === work.line.chosen?.skuId);
  return sku ? Math.max(0, sku.activeUnits - sku.consumedUnits) : 0;
}

/** Nobody in scope is left with the old SKU. */
async function completed(work: Work, { inScope }: LicenseScope): Promise<ToDoResult> {
  const { originalSubscriptionId } = work.line;
  const at = work.parts.clock.now();
  return work.record('complete', {
    type: 'RecordReassignment',
    at,
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
  const at = work.parts.clock.now();
  await work.apply('progress', { type: 'RecordReassignment', at, originalSubscriptionId, inScope, reassigned, failed, complete: false });
}

/** The migration's stream stays small: it is told of a slice, or of a tenth where there are few users. */
async function tellNowAndThen(work: Work, scope: LicenseScope, progress: LicenseProgress, failed: number): Promise<void> {
  const since = progress.state.reassigned.size - (work.line.reassignment?.reassigned ?? 0);
  if (since >= Math.min(SLICE, scope.inScope / 10) && progress.state.reassigned.size < scope.inScope)
    await tell(work, scope, progress, failed);
}

/** `out-of-licenses: 3, user-not-found: 1`. Users are not named: attention is not personal data. */
function countsOf(failed: readonly { readonly code: string }[]): string {
  const counts = Map.groupBy(failed, ({ code }) => code);
  return [...counts].map(([code, users]) => `${code}: ${users.length}`).join(', ');
}
