import type { CoverageInterval } from '../api-client/shapes.ts';
import { coloursFor } from '../terminal/colours.ts';
import { numberText, spanText } from '../terminal/moments.ts';
import { padded } from '../terminal/plain-text.ts';
import { edgeDates } from './edge-dates.ts';
import { GLYPHS } from './ink.ts';
import { placed } from './label-rows.ts';
import { Row } from './row.ts';
import { GUTTER, type Scale, type StripFrame, scaleOf } from './scale.ts';
import { type Lane, type Meeting, meetings, originalLane, targetLane } from './spans.ts';

function lengthOf({ from, to }: { readonly from: string; readonly to: string | null }): number {
  return (to === null ? Number.POSITIVE_INFINITY : Date.parse(to)) - Date.parse(from);
}

function laneRow(lanes: readonly Lane[], scale: Scale, now: string | null): Row {
  const row = new Row(scale.width);
  // Longest first: a span that is shorter than a column keeps its column.
  for (const lane of [...lanes].sort((a, b) => lengthOf(b) - lengthOf(a))) {
    const [from, to] = scale.columnsOf(lane.from, lane.to);
    row.fill(from, to, GLYPHS[lane.kind], lane.kind);
    if (lane.to === null) row.write(to - 1, GLYPHS.goesOn, lane.kind);
  }
  if (now !== null && scale.holds(now)) row.write(scale.columnOf(now), GLYPHS.today, 'today');
  return row;
}

function lengthText({ from, to }: Meeting, now: string | null): string {
  if (to !== null) return spanText(lengthOf({ from, to }));
  return now !== null && from < now ? `${spanText(lengthOf({ from, to: now }))} so far` : 'without end';
}

function meetingText(meeting: Meeting, now: string | null): string {
  const { kind, seats, planned } = meeting;
  const length = lengthText(meeting, now);
  if (kind === 'gap') return `GAP ${length}, ${numberText(seats)} ${seats === 1 ? 'seat' : 'seats'}`;
  return `both ${length}${planned ? ' planned' : ''}`;
}

/** Gaps crossed out, overlaps bracketed, each with its length. */
function meetingRows(found: readonly Meeting[], scale: Scale, now: string | null): readonly Row[] {
  const bars = new Row(scale.width);
  const rows = [bars];
  for (const meeting of found) {
    const [from, to] = scale.columnsOf(meeting.from, meeting.to);
    const ink = meeting.kind;
    if (ink === 'gap') bars.fill(from, to, GLYPHS.gap, ink);
    else if (to - from === 1) bars.write(from, '╵', ink);
    else {
      bars.fill(from, to, '─', ink);
      bars.write(from, '╰', ink);
      bars.write(to - 1, '╯', ink);
    }
  }
  for (const meeting of found) {
    const [from, to] = scale.columnsOf(meeting.from, meeting.to);
    const text = meetingText(meeting, now);
    const inside = ` ${text} `;
    if (to - from >= inside.length + 2) bars.write(from + Math.floor((to - from - inside.length) / 2), inside, meeting.kind);
    else placed(rows, scale.width, { text, ink: meeting.kind, starts: [to + 1, from - text.length - 1] });
  }
  return rows;
}

/**
 * How one line's seats are covered over time, as lines of text: a lane for the original, one for the target, gaps and
 * overlaps with their lengths, and the days of all changes. Pure; goes with `timeAxis` of the same frame above it.
 */
export function coverageStrip(coverage: readonly CoverageInterval[], frame: StripFrame): string {
  const scale = scaleOf(frame);
  const colours = coloursFor(frame.colour);
  const beside = (label: string, row: Row): string => padded(label, GUTTER) + row.toText(colours);
  const found = meetings(coverage);
  return [
    beside('original', laneRow(originalLane(coverage), scale, frame.now)),
    beside('target', laneRow(targetLane(coverage), scale, frame.now)),
    ...(found.length === 0 ? [] : meetingRows(found, scale, frame.now).map((row) => beside('', row))),
    ...edgeDates(coverage, scale).map((row) => beside('', row)),
  ]
    .map((line) => line.trimEnd())
    .join('\n');
}
