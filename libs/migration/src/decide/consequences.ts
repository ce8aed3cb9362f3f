import { type Instant, earlier, later } from '#kernel';
import { type MigrationEvent, migrationEvent } from '../events.ts';
import type { Line } from '../model/line.ts';
import { originalFrom } from '../model/original-facts.ts';
import { relationshipFrom } from '../model/relationship-facts.ts';
import type { Migration } from '../model/state.ts';
import { gapOf, overlapCost, overlapDays, overlapOf } from '../rules/coverage.ts';
import { gapPhase } from '../rules/gap-phase.ts';
import { closedAt, lineIsComplete } from '../rules/standing.ts';

function causeOf(line: Line, migration: Migration): string {
  if (closedAt(migration)) return 'the migration is closed';
  if (!line.chosen) return 'no target was chosen';
  if (line.failureCode) return `the purchase failed (${line.failureCode})`;
  if (line.order) return 'the order is not provisioned yet';
  if (migration.hold) return 'the migration is on hold';
  const { status, removedSince } = relationshipFrom(migration.relationshipFacts);
  if (status !== 'accepted') return 'the customer has not accepted';
  return removedSince ? 'the customer removed the relationship' : 'the target is not bought yet';
}

function reliefOf(line: Line, migration: Migration): string {
  if (closedAt(migration)) return 'the migration is closed';
  return line.subscription ? 'the target is active in time' : 'the original goes on';
}

/**
 * Rule 6: what the coverage says now, told as the difference to what has been announced. A gap that moves is averted
 * and told anew, so that every opened one is closed or averted once.
 */
function gapEvents(line: Line, migration: Migration, now: Instant): MigrationEvent[] {
  const gap = gapOf(line, closedAt(migration));
  const phase = gapPhase(line, migration, gap, now);
  const data = { at: now, originalSubscriptionId: line.originalSubscriptionId, seats: line.seats, cause: causeOf(line, migration) };
  const events: MigrationEvent[] = [];
  let announced = line.gap;
  if (announced && (phase === 'none' || announced.start !== gap?.start)) {
    events.push(
      migrationEvent('migration.gap-averted.v1', { ...data, start: announced.start, end: announced.end, cause: reliefOf(line, migration) }),
    );
    announced = null;
  }
  if (!gap || phase === 'none' || (announced?.phase === phase && announced.end === gap.end)) return events;
  const span = { start: gap.start, end: gap.end };
  switch (phase) {
    case 'foreseen':
      return [...events, migrationEvent('migration.gap-foreseen.v1', { ...data, ...span })];
    case 'open':
      return [...events, migrationEvent('migration.gap-opened.v1', { ...data, ...span })];
    case 'closed':
      if (announced?.phase !== 'open' && announced?.phase !== 'closed')
        events.push(migrationEvent('migration.gap-opened.v1', { ...data, start: span.start, end: null }));
      return [...events, migrationEvent('migration.gap-closed.v1', { ...data, ...span })];
    default:
      return phase satisfies never;
  }
}

/**
 * An overlap closes with the report of the original's end, never by the calendar alone: a term that nobody ended may
 * have gone on at the customer's cost (facts §8.3).
 */
function overlapEvents(line: Line, migration: Migration, now: Instant): MigrationEvent[] {
  const overlap = overlapOf(line);
  const stopsAt = closedAt(migration);
  const runs = overlap !== null && stopsAt === null && originalFrom(line).endedAt === null;
  const { originalSubscriptionId } = line;
  const seats = line.subscription?.quantity ?? line.seats;
  if (runs)
    return line.overlapSince === null
      ? [migrationEvent('migration.overlap-opened.v1', { at: now, originalSubscriptionId, start: overlap.start, seats })]
      : [];
  if (line.overlapSince === null) return [];
  const ended = originalFrom(line).endedAt ?? stopsAt ?? now;
  const end = later(line.overlapSince, stopsAt ? earlier(ended, stopsAt) : ended);
  const days = overlapDays({ start: line.overlapSince, end }, end);
  const price = { cost: overlapCost(line, days), currency: line.chosen?.currency ?? null };
  return [
    migrationEvent('migration.overlap-closed.v1', {
      at: now,
      originalSubscriptionId,
      start: line.overlapSince,
      end,
      seats,
      days,
      ...price,
    }),
  ];
}

/** What follows from a migration's new state without anybody asking: gaps and overlaps to tell, completion (rules 6 and 9). */
export function consequencesOf(migration: Migration, now: Instant): readonly MigrationEvent[] {
  const complete = !migration.purchase && migration.lines.every(lineIsComplete);
  const told = migration.lines.flatMap((line) => [...gapEvents(line, migration, now), ...overlapEvents(line, migration, now)]);
  // A report that comes late may still show a gap, or that an original goes on.
  if (migration.completedAt) return complete ? told : [migrationEvent('migration.reopened.v1', { at: now }), ...told];
  return complete && !closedAt(migration) ? [...told, migrationEvent('migration.completed.v1', { at: now })] : told;
}
