import { coloursFor } from '../terminal/colours.ts';
import { dayText } from '../terminal/moments.ts';
import { Row } from './row.ts';
import { GUTTER, type StripFrame, scaleOf } from './scale.ts';

const DAY_MS = 86_400_000;
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60] as const;
const DAY_STEPS = [1, 2, 7, 14] as const;
const MONTH_LABEL = 'YYYY-MM'.length;
const DAY_LABEL = 'YYYY-MM-DD'.length;

interface Tick {
  readonly at: string;
  readonly label: string;
}

function monthTicks(from: Date, to: Date, step: number): readonly Tick[] {
  const ticks: Tick[] = [];
  for (let month = 0; ; month += 1) {
    const at = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + month, 1));
    if (at > to) return ticks;
    const index = at.getUTCFullYear() * 12 + at.getUTCMonth();
    if (at >= from && index % step === 0) ticks.push({ at: at.toISOString(), label: at.toISOString().slice(0, MONTH_LABEL) });
  }
}

function dayTicks(from: Date, to: Date, step: number): readonly Tick[] {
  const ticks: Tick[] = [];
  for (let day = Math.ceil(from.getTime() / DAY_MS); day * DAY_MS <= to.getTime(); day += 1) {
    if (day % step !== 0) continue;
    const at = new Date(day * DAY_MS).toISOString();
    ticks.push({ at, label: at.slice(0, DAY_LABEL) });
  }
  return ticks;
}

/** The closest ticks whose labels do not touch: days for a short time, else months. */
function ticksOf({ from, to }: StripFrame, columns: number): readonly Tick[] {
  const start = new Date(from);
  const end = new Date(to);
  const days = (end.getTime() - start.getTime()) / DAY_MS;
  const perDay = columns / Math.max(days, 1 / DAY_MS);
  const dayStep = DAY_STEPS.find((step) => step * perDay >= DAY_LABEL + 2);
  if (dayStep !== undefined && days < 90) return dayTicks(start, end, dayStep);
  const monthStep = MONTH_STEPS.find((step) => step * 28 * perDay >= MONTH_LABEL + 2) ?? 120;
  return monthTicks(start, end, monthStep);
}

/** The scale above the lanes: today's mark, the ticks' dates and the ruler. Pure: the same text for the same arguments. */
export function timeAxis(frame: StripFrame): string {
  const scale = scaleOf(frame);
  const colours = coloursFor(frame.colour);
  const today = new Row(scale.width);
  const labels = new Row(scale.width);
  const ruler = new Row(scale.width);
  ruler.fill(0, scale.width, '─', 'axis');
  for (const tick of ticksOf(frame, scale.width)) {
    const column = scale.columnOf(tick.at);
    ruler.write(column, '┴', 'axis');
    if (labels.isFree(column, column + tick.label.length)) labels.write(column, tick.label, 'axis');
  }
  if (frame.now !== null) {
    const text = `today ${dayText(frame.now)}`;
    if (scale.holds(frame.now)) {
      const column = scale.columnOf(frame.now);
      ruler.write(column, '┼', 'today');
      const left = column - text.length - 1;
      today.write(left >= 0 ? left : column, left >= 0 ? `${text} ▼` : `▼ ${text}`, 'today');
    } else if (frame.now > frame.to) today.write(scale.width - text.length - 2, `${text} →`, 'today');
    else today.write(0, `← ${text}`, 'today');
  }
  const gutter = ' '.repeat(GUTTER);
  return [today, labels, ruler]
    .map((row) => row.toText(colours))
    .filter((text) => text !== '')
    .map((text) => gutter + text)
    .join('\n');
}
