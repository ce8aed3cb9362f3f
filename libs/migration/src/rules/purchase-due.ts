import { type Instant, later, plusMs } from '#kernel';
import type { Line } from '../model/line.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Migration } from '../model/state.ts';
import { originalServiceOf } from './original-end.ts';
import { planLine } from './planning.ts';
import { type SeatProblem, seatProblem, withWanted } from './seats.ts';

/**
 * When a line is to be bought, as far as the state tells; null when something else has to happen first. The same
 * function makes the to-do and judges whether a purchase may begin.
 */
export function purchaseDueAt(line: Line, migration: Migration): Instant | null {
  if (!line.chosen || line.order || line.subscription || migration.withdrawn || migration.completedAt) return null;
  const relationship = relationshipFrom(migration.relationshipFacts);
  if (relationship.status !== 'accepted' || relationship.removedSince || relationship.acceptedAt === null) return null;
  if (line.failures >= migration.policy.purchaseAttempts) return null;
  const { planned } = planLine(line, migration.policy, relationship.acceptedAt);
  const retryAt = line.failedAt ? plusMs(line.failedAt, migration.policy.purchaseRetryMinutes * 60_000) : planned;
  const due = later(planned, retryAt);
  const problem = plannedSeatProblem(line, migration, due);
  if (!problem) return due;
  return problem.code === 'seat-pool-exceeded' ? roomFrom(line, migration, due) : null;
}

/** Where a pool is full only because originals still run, their end makes room: the first end that does, or null. */
function roomFrom(line: Line, migration: Migration, due: Instant): Instant | null {
  const ends = migration.lines
    .map(originalServiceOf)
    .flatMap(({ until, certain }) => (certain && until !== null && until > due ? [until] : []))
    .sort();
  return ends.find((end) => plannedSeatProblem(line, migration, end) === null) ?? null;
}

/**
 * Why a line's target may not be bought at a moment, counting also the lines that are planned to be bought until then.
 * So what does not fit together is seen before the first of it is bought. What a person asked for by itself goes first.
 */
export function plannedSeatProblem(line: Line, migration: Migration, at: Instant): SeatProblem | null {
  if (line.provisionNotBefore !== null) return seatProblem(line, migration.lines, at);
  const accepted = relationshipFrom(migration.relationshipFacts).acceptedAt;
  const wanted = migration.lines.filter(
    (other) =>
      other !== line && other.chosen && !other.order && !other.subscription && planLine(other, migration.policy, accepted).planned <= at,
  );
  return seatProblem(
    line,
    wanted.reduce((lines, other) => withWanted(lines, other, at), migration.lines),
    at,
  );
}
