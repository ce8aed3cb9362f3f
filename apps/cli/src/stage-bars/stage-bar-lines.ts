import { RISKS, type Risk, STAGES, type Stage } from '../api-client/shapes.ts';
import { type Colours, coloursFor } from '../terminal/colours.ts';
import { counted, momentText, numberText } from '../terminal/moments.ts';
import { padded } from '../terminal/plain-text.ts';
import type { StageCounts } from './stage-counts.ts';

const LABEL = Math.max(...STAGES.map((stage) => stage.length));
const SHORTEST_BAR = 5;
const LONGEST_BAR = 60;
const FULL = '█';
const EMPTY = '░';
/** The end of a bar to an eighth of a column. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

function barOf(count: number, total: number, width: number): readonly [string, string] {
  const eighths = total === 0 ? 0 : Math.round((Math.min(count, total) / total) * width * 8);
  const least = count > 0 ? Math.max(1, eighths) : 0;
  const filled = FULL.repeat(Math.floor(least / 8)) + EIGHTHS[least % 8]!;
  return [filled, EMPTY.repeat(width - filled.length)];
}

export function inkOfStage(stage: Stage, colours: Colours): (text: string) => string {
  if (stage === 'completed') return colours.green;
  if (stage === 'declined' || stage === 'lapsed' || stage === 'withdrawn') return colours.yellow;
  return colours.blue;
}

export function inkOfRisk(risk: Risk, colours: Colours): (text: string) => string {
  if (risk === 'gap') return (text) => colours.bold(colours.red(text));
  if (risk === 'act') return colours.red;
  return risk === 'watch' ? colours.yellow : colours.dim;
}

/** Gaps and risks on one line; what is zero stays quiet. */
export function riskLine({ gaps, risk }: StageCounts, colours: Colours): string {
  const parts: string[] = [];
  if (gaps) {
    const text = `${counted(gaps.real, 'gap')}${gaps.foreseen > 0 ? `, ${numberText(gaps.foreseen)} foreseen` : ''}`;
    parts.push(gaps.real > 0 ? colours.bold(colours.red(text)) : gaps.foreseen > 0 ? colours.yellow(text) : colours.green(text));
  }
  if (risk)
    parts.push(
      `risk: ${[...RISKS]
        .reverse()
        .map((name) => inkOfRisk(risk[name] ? name : 'none', colours)(`${name} ${numberText(risk[name] ?? 0)}`))
        .join('  ')}`,
    );
  return parts.join('   ');
}

/** All stages as bars, for a terminal of that width: the same number of lines each time. Pure. */
export function stageBarLines(counts: StageCounts, width: number, colour: boolean): readonly string[] {
  const colours = coloursFor(colour);
  const { clock, stages, seats, total, note } = counts;
  const numbers = STAGES.map((stage) => numberText(stages[stage] ?? 0));
  const seatTexts = STAGES.map((stage) => (seats ? counted(seats[stage] ?? 0, 'seat') : ''));
  const numberWidth = Math.max(...numbers.map((text) => text.length), numberText(total).length);
  const seatWidth = Math.max(...seatTexts.map((text) => text.length));
  const withSeats = seats !== undefined && width >= LABEL + 2 + SHORTEST_BAR + 2 + numberWidth + 2 + seatWidth;
  const bar = Math.min(LONGEST_BAR, Math.max(SHORTEST_BAR, width - LABEL - 4 - numberWidth - (withSeats ? seatWidth + 2 : 0)));
  const head = [clock === null ? '' : momentText(clock), counted(total, 'migration'), note ?? ''].filter((part) => part !== '').join('   ');
  return [
    colours.bold(head),
    ...STAGES.map((stage, index) => {
      const [filled, empty] = barOf(stages[stage] ?? 0, total, bar);
      const line = `${padded(stage, LABEL)}  ${inkOfStage(stage, colours)(filled)}${colours.dim(empty)}  ${padded(numbers[index]!, numberWidth, 'right')}`;
      return withSeats ? `${line}  ${padded(seatTexts[index]!, seatWidth, 'right')}` : line;
    }),
    riskLine(counts, colours),
  ];
}

/** The same on one plain line, for what is no terminal: only the stages that hold somebody. */
export function stageLine({ clock, stages, total, gaps, note }: StageCounts): string {
  const held = STAGES.filter((stage) => (stages[stage] ?? 0) > 0).map((stage) => `${stage} ${stages[stage] ?? 0}`);
  const parts = [`${held.length === 0 ? 'nobody yet' : held.join(', ')} of ${total}`];
  if (gaps) parts.push(`gaps ${gaps.real}${gaps.foreseen > 0 ? ` (+${gaps.foreseen} foreseen)` : ''}`);
  if (note) parts.push(note);
  return `${clock === null ? '' : `${momentText(clock)}  `}${parts.join('; ')}`;
}
