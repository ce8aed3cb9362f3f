import type { Colours } from '../terminal/colours.ts';

/** What a piece of the strip is; with colours each has its own, without them its glyph tells it. */
export type Ink = 'original' | 'grace' | 'target' | 'planned' | 'gap' | 'overlap' | 'today' | 'axis' | 'plain';

export const GLYPHS = { original: '█', grace: '╱', target: '▓', planned: '·', gap: '╳', today: '│', goesOn: '→' } as const;

export function inked(text: string, ink: Ink, colours: Colours): string {
  switch (ink) {
    case 'original':
      return colours.blue(text);
    case 'grace':
      return colours.yellow(text);
    case 'target':
    case 'planned':
      return colours.green(text);
    case 'gap':
      return colours.bold(colours.red(text));
    case 'overlap':
      return colours.magenta(text);
    case 'today':
      return colours.cyan(text);
    case 'axis':
      return colours.dim(text);
    case 'plain':
      return text;
  }
}
