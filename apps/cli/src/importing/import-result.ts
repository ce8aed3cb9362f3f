import type { ImportReport, ImportRow } from '../api-client/report-shapes.ts';
import type { Colours } from '../terminal/colours.ts';
import { counted, numberText } from '../terminal/moments.ts';
import { onOneLine, padded, wrapped } from '../terminal/plain-text.ts';
import { textTable } from '../terminal/text-table.ts';

export interface ResultFrame {
  readonly width: number | null;
  readonly colours: Colours;
}

/** The counts; they always add up to the rows. */
export function importCounts(report: ImportReport, dryRun: boolean, { colours }: ResultFrame): string {
  const { rows, accepted, rejected, duplicates } = report;
  const numbers = [accepted, rejected, duplicates, rows].map(numberText);
  const width = Math.max(...numbers.map((text) => text.length));
  const line = (text: string, label: string): string => `  ${padded(text, width, 'right')}  ${label}`;
  return [
    dryRun ? `${counted(rows, 'row')} checked, nothing written` : counted(rows, 'row'),
    colours.green(line(numbers[0]!, dryRun ? 'would be accepted' : 'accepted')),
    rejected === 0 ? line(numbers[1]!, 'rejected') : colours.red(line(numbers[1]!, 'rejected')),
    duplicates === 0 ? line(numbers[2]!, 'duplicates') : colours.yellow(line(numbers[2]!, 'duplicates')),
  ].join('\n');
}

const ROOM_BESIDE_HINT = 44;
const NARROWEST_HINT = 30;

/** Rejected and duplicate rows, with what to mend. Where the hint has no room beside, it stands below its row, whole. */
export function importRows(rows: readonly ImportRow[], { width, colours }: ResultFrame): string {
  const columns = [
    { title: 'LINE', of: (row: ImportRow) => String(row.line), align: 'right' as const },
    {
      title: 'OUTCOME',
      of: (row: ImportRow) => row.outcome,
      ink: (text: string, row: ImportRow) => (row.outcome === 'rejected' ? colours.red(text) : colours.yellow(text)),
    },
    { title: 'CODE', of: (row: ImportRow) => row.code ?? '', shrinksTo: 12 },
    { title: 'COLUMN', of: (row: ImportRow) => row.column ?? '', shrinksTo: 12 },
  ];
  const hintOf = (row: ImportRow): string => onOneLine(row.hint ?? '');
  const longest = Math.max(0, ...rows.map((row) => hintOf(row).length));
  if (width === null || width - ROOM_BESIDE_HINT >= Math.max(NARROWEST_HINT, longest)) {
    return textTable(rows, [...columns, { title: 'HINT', of: hintOf, shrinksTo: NARROWEST_HINT }], { width, colours });
  }
  const [head, ...lines] = textTable(rows, columns, { width, colours }).split('\n');
  const indent = '        ';
  return [
    head,
    ...lines.flatMap((line, index) => [
      line,
      ...wrapped(hintOf(rows[index]!), width - indent.length).map((text) => (text === '' ? '' : indent + colours.dim(text))),
    ]),
  ]
    .filter((line) => line !== '')
    .join('\n');
}
