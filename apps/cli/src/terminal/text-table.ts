import Table from 'cli-table3';
import type { Colours } from './colours.ts';
import { fitted, onOneLine, widthOf } from './plain-text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  /** Columns of a terminal that it may shrink to; absent: it is shown whole or not at all. */
  readonly shrinksTo?: number;
  /** Left out first when the terminal is narrow; 0 (default) = always shown. */
  readonly leftOut?: number;
  readonly align?: 'left' | 'right';
  readonly ink?: (text: string, row: Row, colours: Colours) => string;
}

const GAP = 2;
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
};

interface Measured<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  readonly natural: number;
  readonly least: number;
}

function total(measured: readonly { readonly width: number }[]): number {
  return measured.reduce((sum, { width }) => sum + width, 0) + GAP * Math.max(0, measured.length - 1);
}

/** Which columns a width has room for, and how wide each is: the least for all, then what is left from the first one on. */
function laidOut<Row>(columns: readonly Measured<Row>[], width: number | null): readonly (Measured<Row> & { readonly width: number })[] {
  if (width === null) return columns.map((measured) => ({ ...measured, width: measured.natural }));
  let shown = columns;
  while (total(shown.map(({ least }) => ({ width: least }))) > width) {
    const first = Math.max(...shown.map(({ column }) => column.leftOut ?? 0));
    if (first === 0) break;
    shown = shown.filter(({ column }) => column.leftOut !== first);
  }
  let room = width - total(shown.map(({ least }) => ({ width: least })));
  return shown.map((measured) => {
    const more = Math.max(0, Math.min(room, measured.natural - measured.least));
    room -= more;
    return { ...measured, width: measured.least + more };
  });
}

/** Rows in columns that fit the width; `width: null` = as wide as they are (not a terminal). */
export function textTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, colours }: { readonly width: number | null; readonly colours: Colours },
): string {
  const measured = columns.map((column): Measured<Row> => {
    const cells = rows.map((row) => onOneLine(column.of(row)));
    const natural = Math.max(widthOf(column.title), ...cells.map(widthOf));
    return {
      column,
      cells,
      natural,
      least: Math.min(natural, column.shrinksTo === undefined ? natural : Math.max(column.shrinksTo, widthOf(column.title))),
    };
  });
  const shown = laidOut(measured, width);
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: shown.map((column) => column.width),
    colAligns: shown.map(({ column }) => column.align ?? 'left'),
    wordWrap: false,
  });
  table.push(shown.map(({ column }) => colours.dim(column.title)));
  rows.forEach((row, index) => {
    table.push(
      shown.map(({ column, cells, width: columns_ }) => {
        const text = fitted(cells[index]!, columns_);
        return column.ink ? column.ink(text, row, colours) : text;
      }),
    );
  });
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
