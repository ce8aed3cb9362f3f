import { type Instant, daysBetween, earlier, later } from '#kernel';
import type { Line } from '../model/line.ts';
import { originalServiceOf } from './original-end.ts';

/** Who licenses a line's seats in an interval (contract, shapes: `coverage`). `to: null` = open. */
export interface CoverageInterval {
  readonly from: Instant;
  readonly to: Instant | null;
  readonly seats: number;
  readonly by: 'original' | 'target' | 'both' | 'none';
  readonly grace?: true;
  /** The target is planned for then, not bought yet. */
  readonly planned?: true;
}

export interface CoverageOf {
  readonly line: Line;
  /** Where the target is not there yet: when it is planned to be; null = nothing is planned. */
  readonly plannedFrom: Instant | null;
  /** Coverage is no longer told after a decline, a lapse or a withdrawal. */
  readonly stopsAt: Instant | null;
}

interface Span {
  readonly from: Instant;
  readonly to: Instant | null;
}

function holds(span: Span | null, at: Instant): boolean {
  return span !== null && span.from <= at && (span.to === null || at < span.to);
}

/** The line's time as contiguous intervals, from its registration on. */
export function coverageOf({ line, plannedFrom, stopsAt }: CoverageOf): readonly CoverageInterval[] {
  const start = line.registeredAt;
  const service = originalServiceOf(line);
  const original: Span = { from: start, to: service.until };
  const grace: Span | null =
    service.until !== null && service.usersWorkUntil !== null && service.usersWorkUntil > service.until
      ? { from: service.until, to: service.usersWorkUntil }
      : null;
  const targetFrom = line.subscription?.activeAt ?? plannedFrom;
  const target: Span | null = targetFrom === null ? null : { from: targetFrom, to: null };

  const edges = [start, original.to, grace?.to ?? null, targetFrom]
    .filter((edge): edge is Instant => edge !== null && edge >= start && (stopsAt === null || edge < stopsAt))
    .sort()
    .filter((edge, index, all) => edge !== all[index - 1]);

  const intervals = edges.map((from, index): CoverageInterval => {
    const to = edges[index + 1] ?? stopsAt;
    const byOriginal = holds(original, from);
    const byGrace = !byOriginal && holds(grace, from);
    const byTarget = holds(target, from);
    const planned = byTarget && !line.subscription ? ({ planned: true } as const) : {};
    const seatsOfTarget = line.subscription?.quantity ?? line.chosen?.seats ?? line.seats;
    if (byTarget && byOriginal) return { from, to, seats: Math.max(line.seats, seatsOfTarget), by: 'both', ...planned };
    if (byTarget) return { from, to, seats: seatsOfTarget, by: 'target', ...planned };
    if (byOriginal) return { from, to, seats: line.seats, by: 'original' };
    if (byGrace) return { from, to, seats: line.seats, by: 'original', grace: true };
    return { from, to, seats: line.seats, by: 'none' };
  });
  return intervals.reduce(withNext, []);
}

/** Neighbours that say the same are one interval. */
function withNext(intervals: readonly CoverageInterval[], next: CoverageInterval): readonly CoverageInterval[] {
  const last = intervals.at(-1);
  const same = last?.by === next.by && last.seats === next.seats && last.grace === next.grace && last.planned === next.planned;
  return same ? [...intervals.slice(0, -1), { ...last, to: next.to }] : [...intervals, next];
}

export interface Interval {
  readonly start: Instant;
  readonly end: Instant | null;
}

/**
 * The time with neither: from when the users of the original are out to the target's first moment, or to where coverage
 * is no longer told.
 */
export function gapOf(line: Line, stopsAt: Instant | null = null): Interval | null {
  const out = originalServiceOf(line).usersWorkUntil;
  if (out === null) return null;
  const start = later(out, line.registeredAt);
  const active = line.subscription?.activeAt ?? null;
  const end = active !== null && stopsAt !== null ? earlier(active, stopsAt) : (active ?? stopsAt);
  return end !== null && end <= start ? null : { start, end };
}

/** The time in which both are paid: target active, term of the original not over. */
export function overlapOf(line: Line): Interval | null {
  const start = line.subscription?.activeAt;
  if (!start) return null;
  const { until } = originalServiceOf(line);
  return until !== null && until <= start ? null : { start, end: until };
}

/** Days paid twice, to a tenth. */
export function overlapDays(overlap: Interval, end: Instant): number {
  return Math.round(daysBetween(overlap.start, end) * 10) / 10;
}

/** What an overlap costs: the target's seats at the monthly price, by the day; null where no price is known. */
export function overlapCost(line: Line, days: number): number | null {
  const price = line.chosen?.monthlyPrice;
  return price === undefined || price === null || !line.chosen
    ? null
    : Math.round(((price * 12) / 365) * days * line.chosen.seats * 100) / 100;
}
