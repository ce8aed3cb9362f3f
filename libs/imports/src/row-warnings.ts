import type { Day } from '#kernel';
import type { CheckedRow } from './checked-row.ts';
import type { ImportColumn } from './import-columns.ts';
import type { ReadableRow } from './import-row.ts';
import type { RowFault } from './row-fault.ts';

const TEXT_COLUMNS: readonly ImportColumn[] = ['customer_name', 'offer_name', 'wave'];

/** What a person should know about a row that is taken all the same. */
export function warningsFor(row: ReadableRow, line: CheckedRow, today: Day): readonly RowFault[] {
  const warnings: RowFault[] = [];
  for (const column of TEXT_COLUMNS) {
    if (/[\r\n\t]/.test(row.cells[column].trim())) {
      warnings.push({ code: 'line-break-in-text', column, hint: 'The line breaks and tabs in the text are kept as spaces.' });
    }
  }
  if (line.contactEmail === undefined) {
    warnings.push({
      code: 'no-contact-email',
      column: 'contact_email',
      hint: 'No mail can go out to this customer: copy the invitation link from the migration and send it yourself.',
    });
  }
  if (line.original.program === 'csp-legacy') {
    warnings.push({
      code: 'microsoft-migration-may-serve-better',
      column: 'program',
      hint: 'Microsoft’s own migration to new commerce may serve better: here the subscription is bought anew.',
    });
  }
  if (line.original.program === 'csp-other-partner') {
    warnings.push({
      code: 'transfer-may-serve-better',
      column: 'program',
      hint: 'A transfer of the subscription between the partners may serve better: here it is bought anew.',
    });
  }
  if (line.original.termEnd < today) {
    warnings.push({
      code: 'term-has-ended',
      column: 'term_end',
      hint: `The term ended on ${line.original.termEnd}: the gap is shown from registration.`,
    });
  }
  return warnings;
}
