import { type Instant, endOfDay, later, plusDays } from '#kernel';
import { type Line, offerMatchOf } from '#migration';
import type { CustomerEnding } from '../ending.ts';
import { RELATIONSHIP_CHECK_DAYS } from '../service-life.ts';
import { POOLED_SKUS } from '../simulated-customer.ts';
import { firstAcceptance } from './acceptance.ts';

/** Accepted so many days before the last safe moment a gap could have been avoided: until a look tells of it, and two for a person. */
const NOTICE_DAYS = RELATIONSHIP_CHECK_DAYS + 2;

/** A target that can be bought is active so soon, in the worst weather: reports come up to three days late. */
const SOON_DAYS = 7;

/** Rule 6 and the promise: no gap that was avoidable; coverage without holes; nobody told too early (rule 3). */
export function judgeCoverage(ending: CustomerEnding, at: Instant): string[] {
  return [...ending.migration.lines.flatMap((line) => avoidableGap(ending, line, at)), ...contiguous(ending), ...toldToEnd(ending)];
}

/** Accepted after the invitation had lapsed, and the notice of it was lost: nobody looks for it any more. */
function unheard({ migration }: CustomerEnding): boolean {
  const { relationshipFacts } = migration;
  return relationshipFacts.some(({ kind }) => kind === 'lapsed') && !relationshipFacts.some(({ kind }) => kind === 'accepted');
}

function activeFrom({ ledger }: CustomerEnding, line: Line): Instant | null {
  return (
    ledger.find(({ kind, skuId, quantity }) => kind === 'subscription' && skuId === line.chosen?.skuId && quantity === line.chosen?.seats)
      ?.at ?? null
  );
}

function avoidableGap(ending: CustomerEnding, line: Line, at: Instant): string[] {
  const { customer, truth, migration, simulated } = ending;
  const simulatedLine = customer.lines.find(({ registration }) => registration.originalSubscriptionId === line.originalSubscriptionId)!;
  const steered =
    truth.held.length > 0 ||
    truth.withdrawn !== null ||
    truth.removed.length > 0 ||
    migration.withdrawn !== null ||
    simulatedLine.personChooses !== null;
  const pooled = POOLED_SKUS.includes(simulatedLine.meant.skuId) && simulatedLine.meant.seats > 90;
  const original = simulated.originals.find(({ subscriptionId }) => subscriptionId === line.originalSubscriptionId)!;
  const cancelledEarly = original.state === 'cancelled' && line.endChoice?.by !== 'cancellation';
  const accepted = unheard(ending) ? null : firstAcceptance({ ...ending, at });
  const active = activeFrom(ending, line);
  const out = original.state === 'expired' || cancelledEarly ? original.endedAt : null;
  if (!steered && !pooled && accepted !== null && out !== null) {
    const soon = plusDays([out, accepted, line.registeredAt].reduce(later), SOON_DAYS);
    if (soon < at && (active === null || active > soon))
      return [
        `line ${line.originalSubscriptionId}: its users are out since ${out}, accepted at ${accepted}, target active ${active ?? 'never'}: a gap that goes on too long`,
      ];
  }
  const naturalEnd = endOfDay(line.termEnd);
  const lastSafe = plusDays(
    naturalEnd,
    -(migration.policy.safetyDays + (offerMatchOf(line) === 'different' ? migration.policy.reassignmentDays : 0)),
  );
  if (
    steered ||
    pooled ||
    cancelledEarly ||
    accepted === null ||
    naturalEnd > at ||
    plusDays(accepted, NOTICE_DAYS) > lastSafe ||
    plusDays(line.registeredAt, NOTICE_DAYS) > lastSafe
  )
    return [];
  return active !== null && active < naturalEnd
    ? []
    : [
        `line ${line.originalSubscriptionId}: accepted at ${accepted}, target active ${active ?? 'never'}, natural end ${naturalEnd}: an avoidable gap`,
      ];
}

function contiguous({ view }: CustomerEnding): string[] {
  return view.lineItems.flatMap(({ originalSubscriptionId, coverage }) =>
    coverage.flatMap(({ from, to }, index) => {
      const next = coverage[index + 1];
      const holds = next ? to === next.from && from < next.from : to === null || to >= from;
      return holds
        ? []
        : [`line ${originalSubscriptionId}: coverage from ${from} to ${String(to)} is followed by ${next?.from ?? 'nothing'}`];
    }),
  );
}

/** Mails that say an original may end: only while all that rule 3 asks for was so, and once for each way of ending. */
function toldToEnd(ending: CustomerEnding): string[] {
  return ending.mails
    .filter(({ kind }) => kind === 'original-may-end')
    .flatMap(({ at, text }) => {
      const line = ending.migration.lines.find(({ originalSubscriptionId }) => text.includes(originalSubscriptionId));
      if (!line) return [`a mail at ${at} names no original of the customer`];
      const of = `the customer was told at ${at} that ${line.originalSubscriptionId} may end`;
      const original = ending.simulated.originals.find(({ subscriptionId }) => subscriptionId === line.originalSubscriptionId)!;
      const active = activeFrom(ending, line);
      const moved = ending.ledger.filter(
        ({ kind, remove, at: then }) => kind === 'license' && remove?.[0] === line.skuId && then <= at,
      ).length;
      return [
        ...(active === null || active > at ? [`${of}, and the target became active ${active ?? 'never'}`] : []),
        ...(original.endedAt !== null && original.endedAt < at ? [`${of}, and it had ended at ${original.endedAt}`] : []),
        ...(offerMatchOf(line) === 'different' && moved < ending.customer.users
          ? [`${of}, and ${moved} of ${ending.customer.users} users were moved`]
          : []),
      ];
    });
}
