import { type Instant, later, plusMs } from '#kernel';
import type { Line } from '../model/line.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Migration } from '../model/state.ts';
import { originalServiceOf } from './original-end.ts';
import { planLine } from './planning.ts';
import { seatProblem } from './seats.ts';

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
  const problem = seatProblem(line, migration.lines, due);
  if (!problem) return due;
  if (problem.code !== 'seat-pool-exceeded') return null;
  // Where the pool is full only because the original still runs, its end makes room.
  const service = originalServiceOf(line);
  if (service.until === null || !service.certain) return null;
  const free = later(due, service.until);
  return seatProblem(line, migration.lines, free) ? null : free;
}
