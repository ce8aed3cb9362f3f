import { endOfDay, later, plusDays, plusMs, type Day } from '#kernel';
import { originalFrom, type EndingFact, type Line } from '#migration';
import { originalMayEndMail } from '#partner-center';
import { readEndingFacts } from './ending-facts.ts';
import { mailCustomer } from './mail-customer.ts';
import type { Work, WorkHandler } from './work.ts';

const HEALS_MS = 6 * 3_600_000;
/** A clearance older than this is read back once more before the customer is told. */
const FRESH_DAYS = 1;

/** Rule 3: reads the six facts back, before the customer is told that an original may end. */
export const checkEnding: WorkHandler = async (work) => {
  const { outcome, failed } = await readBack(work, () => work.worksAgain());
  const result = await work.settled(outcome);
  if (result.kind !== 'again') return result;
  // A term that is too near its end stays so: what comes next is the end itself. What went on past it (an extended term
  // does, until a person chooses to cancel it) is looked at once a day.
  if (failed === 'dates-leave-buffer' && work.line.endChoice?.by !== 'cancellation')
    return work.again(plusDays(later(endOfDay(lastDayOf(work.line)), work.now), 1), failed);
  return work.again(failed === 'original-active' ? plusDays(work.now, 1) : plusMs(work.now, HEALS_MS), failed ?? 'still due');
};

/** Tells the customer that its original may end. Never without a fresh clearance. */
export const adviseEnd: WorkHandler = async (work) => {
  const checkedAt = work.line.endingCheck?.checkedAt;
  if (!checkedAt || plusDays(checkedAt, FRESH_DAYS) < work.now) {
    const { outcome, failed } = await readBack(work);
    if (failed !== null || outcome.kind !== 'applied') return work.settled(outcome);
  }
  const { line, migration, parts } = work;
  const sent = await mailCustomer(work, (to) =>
    originalMayEndMail({
      customerTenantId: work.customer,
      to,
      customerName: migration.customerName,
      partnerName: parts.partnerName,
      subscriptionId: line.originalSubscriptionId,
      offerName: line.offerName,
      lastDay: lastDayOf(line),
      by: line.endChoice?.by ?? 'expiry',
    }),
  );
  return work.record(
    'advised',
    { type: 'RecordEndAdvised', at: work.now, originalSubscriptionId: line.originalSubscriptionId, mailed: 'evidence' in sent },
    sent,
  );
};

/** Reads the facts, records what they say, and names the one that failed. */
async function readBack(
  work: Work,
  onceRead?: () => Promise<void>,
): Promise<{ outcome: Awaited<ReturnType<Work['apply']>>; failed: EndingFact | null }> {
  const { originalSubscriptionId } = work.line;
  const { facts, evidence } = await readEndingFacts(work.parts.gateway, work.migration, work.line, (call) => work.lookId(call));
  await onceRead?.();
  const outcome = await work.apply(
    'facts',
    { type: 'RecordEndingCheck', at: work.now, originalSubscriptionId, facts },
    evidence ? { evidence } : {},
  );
  return { outcome, failed: work.line.endingCheck?.failed ?? null };
}

function lastDayOf(line: Line): Day {
  return originalFrom(line).termEnd;
}
