import type { CoverageInterval } from '../api-client/shapes.ts';
import { dayText } from '../terminal/moments.ts';
import { placed } from './label-rows.ts';
import type { Row } from './row.ts';
import type { Scale } from './scale.ts';

/** The days of the changes below the lanes, each hanging from its own column. */
export function edgeDates(coverage: readonly CoverageInterval[], scale: Scale): readonly Row[] {
  const days = new Map<number, Set<string>>();
  for (const edge of coverage.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))) {
    if (!scale.holds(edge)) continue;
    const column = scale.columnOf(edge);
    days.set(column, (days.get(column) ?? new Set()).add(dayText(edge)));
  }
  const rows: Row[] = [];
  // From the right: a date that has to hang lower then finds its column free in the rows above it.
  for (const [column, dates] of [...days].sort(([a], [b]) => b - a)) {
    const text = [...dates].sort().join(' ');
    const length = text.length + 1;
    const toTheRight = column + length <= scale.width;
    const { row } = placed(rows, scale.width, {
      text: toTheRight ? `└${text}` : `${text}┘`,
      ink: 'axis',
      starts: [toTheRight ? column : column - length + 1],
    });
    for (const above of rows.slice(0, row)) if (!above.has(column)) above.write(column, '│', 'axis');
  }
  return rows;
}
