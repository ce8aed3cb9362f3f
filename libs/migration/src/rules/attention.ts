import { type Instant, later } from '#kernel';
import type { Line } from '../model/line.ts';
import { originalFrom } from '../model/original-facts.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Attention, Migration } from '../model/state.ts';
import { planLine } from './planning.ts';
import { plannedSeatProblem } from './purchase-due.ts';
import { toDosOf } from '../to-dos.ts';
import { closedAt, lineIsComplete } from './standing.ts';

function attentionsOfLine(line: Line, migration: Migration, now: Instant): Attention[] {
  if (lineIsComplete(line)) return [];
  const found: Attention[] = [];
  const of = `original ${line.originalSubscriptionId}`;
  if (line.unmappedSince) {
    found.push({
      code: 'offer-unmapped',
      detail: `${of} (${line.offerName}): no target is known for its SKU; choose one`,
      since: line.unmappedSince,
    });
  }
  const bought = line.order !== null || line.subscription !== null;
  const { planned } = planLine(line, migration.policy, relationshipFrom(migration.relationshipFacts).acceptedAt);
  const problem = bought ? null : plannedSeatProblem(line, migration, later(now, planned));
  if (problem) found.push({ code: problem.code, detail: `${of}: ${problem.detail}`, since: line.chosenAt ?? line.registeredAt });
  if (!bought && line.failureCode && line.failures >= migration.policy.purchaseAttempts) {
    found.push({
      code: 'purchase-failed',
      detail: `${of}: bought nothing after ${line.failures} attempts (${line.failureCode}); mend the cause, then retry`,
      since: line.failedAt ?? line.registeredAt,
    });
  }
  const original = originalFrom(line);
  // A renewed term can still be left to expire at its new end; an extended one never ends by itself (facts §8.3).
  const decided =
    line.endChoice !== null &&
    original.prolongedAt !== null &&
    line.endChoice.chosenAt >= original.prolongedAt &&
    (original.state === 'renewed' || line.endChoice.by === 'cancellation');
  if (original.prolongedAt && !decided && (original.state === 'renewed' || original.state === 'extended')) {
    found.push({
      code: `original-${original.state}`,
      detail:
        original.state === 'renewed'
          ? `${of} was renewed until ${original.termEnd}: the customer pays for both until then; agree on its end with the customer`
          : `${of} went on into a paid extended service term: it goes on month by month until the customer cancels it`,
      since: original.prolongedAt,
    });
  }
  if (line.endUntoldSince && !original.endedAt) {
    found.push({
      code: 'no-contact-email',
      detail: `${of} may end, and no mail could tell the customer so: tell it yourself`,
      since: line.endUntoldSince,
    });
  }
  const refused = line.endingCheck?.failed;
  if (line.endingCheck && refused && refused !== 'original-active' && refused !== 'dates-leave-buffer') {
    found.push({
      code: `ending-refused-${refused}`,
      detail: `${of}: the check before its end failed at ${refused}`,
      since: line.endingCheck.checkedAt,
    });
  }
  return found;
}

/** What automation raised stands for as long as the work that it is about is still to be done. */
function stillDue(migration: Migration): Migration['attentions'] {
  if (migration.attentions.length === 0) return [];
  const toDos = toDosOf(migration);
  return migration.attentions.filter((raised) =>
    toDos.some((toDo) => toDo.kind === raised.kind && toDo.originalSubscriptionId === raised.originalSubscriptionId),
  );
}

/** What needs a person, most pressing first; empty for what is completed or closed. */
export function attentionsOf(migration: Migration, now: Instant): readonly Attention[] {
  if (migration.completedAt || closedAt(migration)) return [];
  const relationship = relationshipFrom(migration.relationshipFacts);
  const cartId = migration.purchase?.cartId;
  const found: Attention[] = [];
  if (relationship.removedSince) {
    found.push({
      code: 'relationship-removed',
      detail: `the customer removed the reseller relationship: nothing is bought until it accepts again${cartId ? `; cart ${cartId} has no answer: look in Partner Center whether it was ordered` : ''}`,
      since: relationship.removedSince,
    });
  }
  found.push(...stillDue(migration).map(({ code, detail, since }) => ({ code, detail, since })));
  found.push(...migration.lines.flatMap((line) => attentionsOfLine(line, migration, now)));
  if (relationship.open && migration.invitation && !migration.invitation.mailed) {
    found.push({
      code: 'no-contact-email',
      detail: 'no mail address is known: copy the invitation link to the customer yourself',
      since: migration.invitation.sentAt,
    });
  }
  return found;
}
