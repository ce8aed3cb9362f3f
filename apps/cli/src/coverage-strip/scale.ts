import type { CoverageInterval } from '../api-client/shapes.ts';

/** Moments to columns: `from` is the left edge of column 0, `to` the right edge of the last one. */
export interface Scale {
  readonly width: number;
  /** Of moments outside of the scale the nearest column. */
  columnOf(instant: string): number;
  holds(instant: string): boolean;
  /** First column and the one after the last: at least one column, however short the span. */
  columnsOf(from: string, to: string | null): readonly [number, number];
}

/** Columns left of the bars, for what stands beside each lane. */
export const GUTTER = 10;

export interface StripFrame {
  /** ISO 8601 UTC. */
  readonly from: string;
  readonly to: string;
  /** Columns of the whole strip, its gutter included. */
  readonly width: number;
  /** Today's mark; `null` = none. */
  readonly now: string | null;
  readonly colour: boolean;
}

const FEWEST_COLUMNS = 20;

export function scaleOf({ from, to, width }: StripFrame): Scale {
  const start = Date.parse(from);
  const span = Math.max(1, Date.parse(to) - start);
  const columns = Math.max(FEWEST_COLUMNS, width - GUTTER);
  const columnOf = (instant: string): number =>
    Math.min(columns - 1, Math.max(0, Math.floor(((Date.parse(instant) - start) / span) * columns)));
  return {
    width: columns,
    columnOf,
    holds: (instant) => Date.parse(instant) >= start && Date.parse(instant) <= start + span,
    columnsOf(spanFrom, spanTo) {
      const first = columnOf(spanFrom);
      if (spanTo === null || Date.parse(spanTo) >= start + span) return [first, columns];
      return [first, Math.max(first + 1, columnOf(spanTo))];
    },
  };
}

const DAY_MS = 86_400_000;

/**
 * From the first interval to a little after the last change, the same for all lines of a migration. What is open and has no
 * cover goes on to this day, so that a gap is as long as it has lasted.
 */
export function frameOf(
  intervals: readonly CoverageInterval[],
  now: string | null,
): { readonly from: string; readonly to: string } | undefined {
  const edges = intervals
    .flatMap(({ from, to, by }) => [from, ...(to !== null ? [to] : by === 'none' && now !== null && now > from ? [now] : [])])
    .sort();
  const first = edges[0];
  const last = edges.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const margin = Math.max(7 * DAY_MS, (Date.parse(last) - Date.parse(first)) * 0.12);
  return { from: first, to: new Date(Date.parse(last) + margin).toISOString() };
}
