import type { Colours } from '../terminal/colours.ts';
import { type Ink, inked } from './ink.ts';

interface Cell {
  readonly glyph: string;
  readonly ink: Ink;
}

/** One line of the strip, a cell for each column of the terminal. */
export class Row {
  readonly #cells: (Cell | undefined)[];

  constructor(readonly width: number) {
    this.#cells = Array.from({ length: width });
  }

  /** The same glyph in the columns from `from` up to before `to`. */
  fill(from: number, to: number, glyph: string, ink: Ink): void {
    for (let column = Math.max(0, from); column < Math.min(this.width, to); column += 1) this.#cells[column] = { glyph, ink };
  }

  /** Each sign of the text in a column of its own, from `at` on. */
  write(at: number, text: string, ink: Ink): void {
    Array.from(text).forEach((glyph, index) => this.fill(at + index, at + index + 1, glyph, ink));
  }

  /** True when nothing stands in these columns, nor in those beside them, and all of them exist. */
  isFree(from: number, to: number): boolean {
    if (from < 0 || to > this.width) return false;
    for (let column = Math.max(0, from - 1); column < Math.min(this.width, to + 1); column += 1) if (this.#cells[column]) return false;
    return true;
  }

  has(column: number): boolean {
    return this.#cells[column] !== undefined;
  }

  toText(colours: Colours): string {
    let text = '';
    let run = '';
    let ink: Ink = 'plain';
    for (const cell of [...this.#cells, undefined]) {
      const next = cell?.ink ?? 'plain';
      if (next !== ink) {
        text += run === '' ? '' : inked(run, ink, colours);
        run = '';
        ink = next;
      }
      run += cell?.glyph ?? ' ';
    }
    return (text + run).trimEnd();
  }
}
