import Table from 'cli-table3';
import type { Colours } from './colours.ts';
import { fitted, onOneLine, widthOf } from './plain-text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  /** Columns of a terminal that it may shrink to; absent: it is shown whole or not at all. */
  readonly shrinksTo?: number;
  /** The higher, the sooner it is left out when the terminal is narrow, and always when it is empty; 0 (default) = shown. */
  readonly leftOut?: number;
  readonly align?: 'left' | 'right';
  readonly ink?: (text: string, row: Row, colours: Colours) => string;
}

const GAP = 2;
/** How much more than the least it takes to read a cut text with ease. */
const READABLE = 1.5;
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
  /** Below this, columns that may be left out make room. */
  readonly readable: number;
}

interface Sized<Row> extends Measured<Row> {
  readonly width: number;
}

function total(measured: readonly { readonly width: number }[]): number {
  return measured.reduce((sum, { width }) => sum + width, 0) + GAP * Math.max(0, measured.length - 1);
}

function sizedBy<Row>(columns: readonly Measured<Row>[], size: 'least' | 'readable'): number {
  return total(columns.map((column) => ({ width: column[size] })));
}

/** Which columns a width has room for, and how wide each is: each as wide as it is readable before any gets more. */
function laidOut<Row>(columns: readonly Measured<Row>[], width: number | null): readonly Sized<Row>[] {
  if (width === null) return columns.map((measured) => ({ ...measured, width: measured.natural }));
  let shown = columns;
  while (sizedBy(shown, 'readable') > width) {
    const first = Math.max(...shown.map(({ column }) => column.leftOut ?? 0));
    if (first === 0) break;
    shown = shown.filter(({ column }) => column.leftOut !== first);
  }
  let room = Math.max(0, width - sizedBy(shown, 'least'));
  let sized = shown.map((measured) => ({ ...measured, width: measured.least }));
  for (const size of ['readable', 'natural'] as const) {
    sized = sized.map((measured) => {
      const more = Math.max(0, Math.min(room, measured[size] - measured.width));
      room -= more;
      return { ...measured, width: measured.width + more };
    });
  }
  return sized;
}

function measuredOf<Row>(column: Column<Row>, rows: readonly Row[]): Measured<Row> {
  const cells = rows.map((row) => onOneLine(column.of(row)));
  const title = widthOf(column.title);
  const natural = Math.max(title, ...cells.map(widthOf));
  const { shrinksTo = natural } = column;
  const atLeast = (size: number): number => Math.min(natural, Math.max(title, size));
  return { column, cells, natural, least: atLeast(shrinksTo), readable: atLeast(Math.round(shrinksTo * READABLE)) };
}

function isEmpty<Row>({ column, cells }: Measured<Row>): boolean {
  return column.leftOut !== undefined && cells.length > 0 && cells.every((cell) => cell === '');
}

/** Rows in columns that fit the width; `width: null` = as wide as they are (not a terminal). */
export function textTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, colours }: { readonly width: number | null; readonly colours: Colours },
): string {
  const measured = columns.map((column) => measuredOf(column, rows)).filter((column) => !isEmpty(column));
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
