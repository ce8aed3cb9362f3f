import { coloursFor } from '../terminal/colours.ts';
import { widthOf } from '../terminal/plain-text.ts';
import { GLYPHS, type Ink, inked } from './ink.ts';

const ENTRIES: readonly (readonly [glyphs: string, ink: Ink, meaning: string])[] = [
  [GLYPHS.original.repeat(3), 'original', 'original'],
  [GLYPHS.grace.repeat(3), 'grace', 'ended, users still work'],
  [GLYPHS.target.repeat(3), 'target', 'target'],
  [GLYPHS.planned.repeat(3), 'planned', 'target planned'],
  ['╰─╯', 'overlap', 'both'],
  [GLYPHS.gap.repeat(3), 'gap', 'gap'],
  [GLYPHS.today, 'today', 'today'],
];
const BETWEEN = '   ';

/** What the glyphs mean, on as few lines of that width as it takes. */
export function coverageLegend(colour: boolean, width: number): string {
  const colours = coloursFor(colour);
  const lines: string[] = [];
  let used = 0;
  for (const [glyphs, ink, meaning] of ENTRIES) {
    const entry = `${inked(glyphs, ink, colours)} ${meaning}`;
    const columns = widthOf(entry);
    if (lines.length > 0 && used + BETWEEN.length + columns <= width) {
      lines.push(`${lines.pop() ?? ''}${BETWEEN}${entry}`);
      used += BETWEEN.length + columns;
    } else {
      lines.push(entry);
      used = columns;
    }
  }
  return lines.join('\n');
}
