import type { Overview } from '../api-client/report-shapes.ts';
import { stageBarLines } from '../stage-bars/stage-bar-lines.ts';
import { coloursFor } from '../terminal/colours.ts';
import { numberText } from '../terminal/moments.ts';
import { stageCountsOf } from './stage-counts-of.ts';

function daysText(days: number | null): string {
  return days === null ? '–' : `${Math.round(days * 10) / 10} d`;
}

/** Where everything stands, for a terminal of that width: the same number of lines each time. Pure. */
export function overviewLines(overview: Overview, width: number, colour: boolean): readonly string[] {
  const colours = coloursFor(colour);
  const { invitations, conservation, overlapDays } = overview;
  const ages = invitations.ages
    .filter(({ count }) => count > 0)
    .map(({ fromDays, toDays, count }) => `${toDays === null ? `${fromDays}+` : `${fromDays}–${toDays}`} d: ${count}`);
  const { registered, open, completed, closed, difference } = conservation;
  const sum = `${numberText(registered)} registered = ${numberText(open)} open + ${numberText(completed)} completed + ${numberText(closed)} closed`;
  return [
    ...stageBarLines(stageCountsOf(overview), width, colour),
    '',
    `invitations  ${numberText(invitations.open)} open${invitations.oldestDays === null ? '' : `, the oldest ${invitations.oldestDays} d`}${ages.length === 0 ? '' : `  (${ages.join(', ')})`}`,
    `overlap      median ${daysText(overlapDays.median)}, 95 % under ${daysText(overlapDays.p95)}`,
    `all told     ${sum}${difference === 0 ? '' : colours.bold(colours.red(`: ${difference} not accounted for`))}`,
  ];
}
