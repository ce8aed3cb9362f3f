import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { defuseCell } from './formula-defusing.ts';
import { outcomesToCsv } from './outcomes-csv.ts';
import type { RowOutcome } from './row-outcome.ts';

describe('defusing', () => {
  test.each(['=1+1', '+49', '-2', '@SUM(A1)', '\tx', '\rx', '＝1+1'])('%j gets an apostrophe', (cell) => {
    expect(defuseCell(cell)).toBe(`'${cell}`);
  });

  test.each(['', 'Contoso', 'a=b', "'=1", ' =1'])('%j stays', (cell) => {
    expect(defuseCell(cell)).toBe(cell);
  });
});

test('outcomes read back as the rows they were, in any number', async () => {
  const outcomes = Array.from({ length: 1_203 }, (_, index): RowOutcome => ({
    row: index + 1,
    line: index + 2,
    outcome: 'rejected',
    code: 'customer-differs',
    column: 'country',
    hint: '=x, "y"\nz',
    warnings: [{ code: 'no-contact-email', column: 'contact_email', hint: 'h' }],
  }));
  let file = '';
  for await (const piece of outcomesToCsv(outcomes)) file += piece;
  const rows = parse(file, { columns: true });
  expect(rows).toHaveLength(1_203);
  expect(rows[0]).toEqual({
    line: '2',
    outcome: 'rejected',
    code: 'customer-differs',
    column: 'country',
    hint: '\'=x, "y"\nz',
    warnings: 'no-contact-email (contact_email): h',
    migrationId: '',
  });
});
