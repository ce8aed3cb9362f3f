import { stringify } from 'csv-stringify/sync';
import { defuseCell } from './formula-defusing.ts';
import type { RowOutcome } from './row-outcome.ts';

const COLUMNS = ['line', 'outcome', 'code', 'column', 'hint', 'warnings', 'migrationId'] as const;

const ROWS_AT_ONCE = 500;

/** The outcomes as a CSV file in pieces of text: UTF-8, comma, CRLF, a header, one line for each row, formulas defused. */
export async function* outcomesToCsv(outcomes: AsyncIterable<RowOutcome> | Iterable<RowOutcome>): AsyncGenerator<string, void, undefined> {
  yield toText([[...COLUMNS]]);
  let batch: string[][] = [];
  for await (const outcome of outcomes) {
    batch.push(cellsOf(outcome));
    if (batch.length < ROWS_AT_ONCE) continue;
    yield toText(batch);
    batch = [];
  }
  if (batch.length > 0) yield toText(batch);
}

function cellsOf(outcome: RowOutcome): string[] {
  const warnings = outcome.warnings.map(({ code, column, hint }) => `${code}${column === null ? '' : ` (${column})`}: ${hint}`).join('\n');
  const { line, code = '', column = '', hint = '', migrationId = '' } = outcome;
  return [String(line), outcome.outcome, code, column, hint, warnings, migrationId].map(defuseCell);
}

function toText(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { record_delimiter: 'windows' },
  );
}
