import { type Instant, earlier } from '#kernel';
import { type Line, offerMatchOf } from '../model/line.ts';
import { originalFrom } from '../model/original-facts.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import { STAGES, type Stage } from '../model/stage.ts';
import type { Migration } from '../model/state.ts';

/** Rule 9, for one line: the target covers its seats, its users are moved where they have to be, its original has ended. */
export function lineIsComplete(line: Line): boolean {
  if (!seatsAreCovered(line) || !usersAreServed(line)) return false;
  return originalFrom(line).endedAt !== null;
}

/** The target has the seats that are needed: by its order, or read back later. */
export function seatsAreCovered(line: Line): boolean {
  return line.subscription !== null && (line.seatsConfirmed || line.subscription.quantity >= (line.chosen?.seats ?? line.seats));
}

/** Nothing is left to do for the line's users: the SKU is the same, or all of them are moved. */
export function usersAreServed(line: Line): boolean {
  return line.subscription !== null && (offerMatchOf(line) !== 'different' || (line.reassignment?.completedAt ?? null) !== null);
}

/** A line's own stage once provisioning has begun for it; null before. */
function lineProgress(line: Line, migration: Migration): Stage | null {
  if (lineIsComplete(line)) return 'completed';
  if (line.subscription) {
    if (!usersAreServed(line)) return line.reassignment ? 'reassigning' : 'provisioned';
    return line.endingCheck && line.endingCheck.failed === null ? 'overlapping' : 'provisioned';
  }
  const inPurchase = migration.purchase?.lines.some((item) => item.originalSubscriptionId === line.originalSubscriptionId) ?? false;
  return line.order || inPurchase ? 'provisioning' : null;
}

function relationshipStage(migration: Migration): Stage {
  const { status } = relationshipFrom(migration.relationshipFacts);
  return status === 'none' ? 'registered' : status;
}

export function lineStageOf(line: Line, migration: Migration): Stage {
  if (migration.withdrawn) return 'withdrawn';
  return lineProgress(line, migration) ?? relationshipStage(migration);
}

/** That of the line furthest behind once provisioning has begun (contract, `summary`). */
export function stageOf(migration: Migration): Stage {
  if (migration.withdrawn) return 'withdrawn';
  if (migration.completedAt) return 'completed';
  const begun = migration.lines.map((line) => lineProgress(line, migration));
  if (begun.every((stage) => stage === null)) return relationshipStage(migration);
  return begun
    .map((stage) => stage ?? relationshipStage(migration))
    .reduce((behind, stage) => (STAGES.indexOf(stage) < STAGES.indexOf(behind) ? stage : behind));
}

/** When a closed migration was closed (first), null while it is open or completed. */
export function closedAt(migration: Migration): Instant | null {
  const { status, closedAt: answered } = relationshipFrom(migration.relationshipFacts);
  const unanswered = status === 'declined' || status === 'lapsed' ? answered : null;
  const withdrawn = migration.withdrawn?.at ?? null;
  return unanswered && withdrawn ? earlier(unanswered, withdrawn) : (withdrawn ?? unanswered);
}

/**
 * No event so far can have closed or completed it: there is no decline, no lapse, no withdrawal, and nothing in place of
 * any original, which completion asks for. So nobody can have registered a successor, for as long as its stream stands
 * where this state was folded.
 */
export function hasNeverEnded(migration: Migration): boolean {
  return (
    migration.withdrawn === null &&
    !migration.relationshipFacts.some(({ kind }) => kind === 'declined' || kind === 'lapsed') &&
    migration.lines.every((line) => line.subscription === null)
  );
}

/** Neither completed nor closed. */
export function isOpen(migration: Migration): boolean {
  return migration.completedAt === null && closedAt(migration) === null;
}
