import type { Instant } from '#kernel';
import { type MigrationEvent, migrationEvent } from '../events.ts';
import type { Line } from '../model/line.ts';
import type { Migration } from '../model/state.ts';
import { gapOf, overlapCost, overlapDays, overlapOf } from '../rules/coverage.ts';
import { originalServiceOf } from '../rules/original-end.ts';
import { planLine } from '../rules/planning.ts';
import { closedAt, lineIsComplete } from '../rules/standing.ts';

type Phase = 'none' | 'foreseen' | 'open' | 'closed';

function gapPhase(line: Line, migration: Migration, gap: ReturnType<typeof gapOf>, now: Instant): Phase {
  if (!gap) return 'none';
  if (gap.end !== null) return 'closed';
  if (gap.start <= now) return originalServiceOf(line).certain ? 'open' : 'foreseen';
  const underWay = line.order !== null || migration.purchase !== null;
  return now >= planLine(line, migration.policy, null).lastSafe && !underWay ? 'foreseen' : 'none';
}

function causeOf(line: Line, migration: Migration): string {
  if (!line.chosen) return 'no target was chosen';
  if (line.failureCode) return `the purchase failed (${line.failureCode})`;
  if (line.order) return 'the order is not provisioned yet';
  if (migration.hold) return 'the migration is on hold';
  return migration.relationshipFacts.some((fact) => fact.kind === 'accepted') ? 'the target is not bought yet' : 'the customer has not accepted';
}

/** Rule 6: what the coverage says now, told as the difference to what has been announced. */
function gapEvents(line: Line, migration: Migration, now: Instant): MigrationEvent[] {
  const gap = gapOf(line);
  const phase = gapPhase(line, migration, gap, now);
  const announced = line.gap;
  const data = { at: now, originalSubscriptionId: line.originalSubscriptionId, seats: line.seats, cause: causeOf(line, migration) };
  if (!gap || phase === 'none') return announced ? [migrationEvent('migration.gap-averted.v1', { ...data, start: announced.start, end: announced.end })] : [];
  const span = { start: gap.start, end: gap.end };
  if (announced?.phase === phase && announced.start === span.start && announced.end === span.end) return [];
  switch (phase) {
    case 'foreseen':
      return [migrationEvent('migration.gap-foreseen.v1', { ...data, ...span })];
    case 'open':
      return [migrationEvent('migration.gap-opened.v1', { ...data, ...span })];
    case 'closed':
      return [
        ...(announced && announced.phase !== 'foreseen' ? [] : [migrationEvent('migration.gap-opened.v1', { ...data, start: span.start, end: null })]),
        migrationEvent('migration.gap-closed.v1', { ...data, ...span }),
      ];
    default:
      return phase satisfies never;
  }
}

function overlapEvents(line: Line, now: Instant): MigrationEvent[] {
  const overlap = overlapOf(line);
  const { originalSubscriptionId } = line;
  const seats = line.subscription?.quantity ?? line.seats;
  const over = overlap && overlap.end !== null && overlap.end <= now && originalServiceOf(line).certain;
  if (line.overlapSince === null) return overlap && !over ? [migrationEvent('migration.overlap-opened.v1', { at: now, originalSubscriptionId, start: overlap.start, seats })] : [];
  if (overlap && !over) return [];
  const end = overlap?.end ?? line.overlapSince;
  const days = overlapDays({ start: line.overlapSince, end }, end);
  const price = { cost: overlapCost(line, days), currency: line.chosen?.currency ?? null };
  return [migrationEvent('migration.overlap-closed.v1', { at: now, originalSubscriptionId, start: line.overlapSince, end, seats, days, ...price })];
}

/** What follows from a migration's new state without anybody asking: gaps and overlaps to tell, completion (rules 6 and 9). */
export function consequencesOf(migration: Migration, now: Instant): readonly MigrationEvent[] {
  if (closedAt(migration) || migration.completedAt) return [];
  const told = migration.lines.flatMap((line) => [...gapEvents(line, migration, now), ...overlapEvents(line, now)]);
  const complete = !migration.purchase && migration.lines.every(lineIsComplete);
  return complete ? [...told, migrationEvent('migration.completed.v1', { at: now })] : told;
}
