import type { Ink } from './ink.ts';
import { Row } from './row.ts';

export interface Label {
  readonly text: string;
  readonly ink: Ink;
  /** Columns at which it may begin, the best one first; in the first row where one of them is free it stands. */
  readonly starts: readonly number[];
}

/** Writes the label into the first of the rows that has room, adding a row where none has. Tells row and column. */
export function placed(rows: Row[], width: number, { text, ink, starts }: Label): { readonly row: number; readonly column: number } {
  const length = Array.from(text).length;
  for (let index = 0; ; index += 1) {
    const row = (rows[index] ??= new Row(width));
    const free = starts.find((start) => row.isFree(start, start + length));
    const column =
      free ?? (index >= rows.length - 1 && !rowHasAnything(row) ? Math.max(0, Math.min(starts[0] ?? 0, width - length)) : undefined);
    if (column === undefined) continue;
    row.write(column, text, ink);
    return { row: index, column };
  }
}

function rowHasAnything(row: Row): boolean {
  return !row.isFree(0, row.width);
}
