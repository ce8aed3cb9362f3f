import { dayOf, endOfDay, plusDays, plusMs, type Evidence } from '#kernel';
import { absenceMeansEnded, originalFrom, originalServiceOf, type RecordOriginalChange } from '#migration';
import { OutsideFailure, type DirectorySubscription } from '#partner-center';
import type { ToDoResult } from '#event-sourcing';
import type { Work, WorkHandler } from './work.ts';

/** A moved end of less than this is the same end, told in other words. */
const SAME_END_DAYS = 1;
/** So long after its end an original that nobody has reported on needs a person, where the directory cannot be read. */
const OVERDUE_DAYS = 2;

/** Looks in the customer's directory what became of an original whose end has come and which nobody has reported on (facts §5.4). */
export const watchOriginal: WorkHandler = async (work) => {
  let directory: { value: readonly DirectorySubscription[]; evidence: Evidence };
  try {
    directory = await work.parts.gateway.directorySubscriptions(work.lookId('directory subscriptions'), work.customer);
  } catch (failure) {
    if (failure instanceof OutsideFailure && failure.kind === 'needs-person') return withoutAccess(work, failure);
    throw failure;
  }
  const { originalSubscriptionId } = work.line;
  const shown = directory.value.find(({ subscriptionId }) => subscriptionId.toLowerCase() === originalSubscriptionId);
  if (!shown && !absenceMeansEnded(work.line, work.now)) return notListed(work);
  if (shown?.status !== 'Enabled') return changed(work, { change: 'expired', termEnd: null }, directory.evidence);
  const original = originalFrom(work.line);
  const expected = endOfDay(original.termEnd);
  // An extended service term rolls on from month to month: that is no renewal (facts §8.3).
  if (original.state !== 'extended' && shown.nextLifecycleAt !== null && shown.nextLifecycleAt > plusDays(expected, SAME_END_DAYS)) {
    return changed(work, { change: 'renewed', termEnd: dayOf(plusMs(shown.nextLifecycleAt, -1)) }, directory.evidence);
  }
  await work.worksAgain();
  return work.again(plusDays(work.now, 1), 'the original is still shown as active');
};

async function changed(work: Work, what: Pick<RecordOriginalChange, 'change' | 'termEnd'>, evidence: Evidence): Promise<ToDoResult> {
  const { originalSubscriptionId } = work.line;
  const key = `directory:${work.toDo.id}`;
  return work.record(
    what.change,
    { type: 'RecordOriginalChange', at: work.now, originalSubscriptionId, occurredAt: work.now, key, ...what },
    { evidence },
  );
}

/** It may run on under another id, at the customer's cost: what is not there to be seen has not been seen to end. */
async function notListed(work: Work): Promise<ToDoResult> {
  const { originalSubscriptionId, originalSeen } = work.line;
  await work.raise(
    'original-not-found',
    originalSeen
      ? `the customer's directory does not list original ${originalSubscriptionId} any more, before its time is over: ask the customer, and publish what became of it`
      : `the customer's directory has never listed original ${originalSubscriptionId}: compare its id with the customer's, and publish under the registered id what became of it`,
  );
  return work.again(plusDays(work.now, 1), 'the original is not listed');
}

async function withoutAccess(work: Work, failure: OutsideFailure): Promise<ToDoResult> {
  const { until } = originalServiceOf(work.line);
  if (until !== null && plusDays(until, OVERDUE_DAYS) < work.now) {
    await work.raise(
      'no-directory-access',
      `nobody has said what became of original ${work.line.originalSubscriptionId} after ${until}, and the directory cannot be read (${failure.code}): ask the customer`,
    );
  }
  return work.again(plusDays(work.now, 1), failure.code);
}
