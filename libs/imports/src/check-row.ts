import type { Day } from '#kernel';
import { catalogItem, country, domain, email, guid, program, seats, text, yesOrNo, type CellReading, type CellRule } from './cell-rules.ts';
import type { CheckedRow, CheckedTarget } from './checked-row.ts';
import type { ImportColumn } from './import-columns.ts';
import type { ImportRow, ReadableRow } from './import-row.ts';
import type { RowFault } from './row-fault.ts';
import { warningsFor } from './row-warnings.ts';
import { termEnd } from './term-end-rule.ts';

export type RowCheck =
  | { readonly outcome: 'ok'; readonly line: CheckedRow; readonly warnings: readonly RowFault[] }
  /** `code`, `column` and `hint` are the first fault's; `warnings` are the row's other faults, so that all can be mended at once. */
  | ({ readonly outcome: 'rejected'; readonly warnings: readonly RowFault[] } & RowFault);

/** Whether a row may be registered, by its own cells alone. `today` is the day from which a term end is measured. */
export function checkRow(row: ImportRow, today: Day): RowCheck {
  if ('fault' in row) return { outcome: 'rejected', ...row.fault, warnings: [] };
  const faults: RowFault[] = [];
  const line = readRow(row, today, faults);
  const [first, ...others] = faults;
  if (first) return { outcome: 'rejected', ...first, warnings: others };
  return { outcome: 'ok', line, warnings: warningsFor(row, line, today) };
}

/** Reads every cell in the order of the columns and notes each fault; what it answers counts only when there is none. */
function readRow(row: ReadableRow, today: Day, faults: RowFault[]): CheckedRow {
  const note = <T>(column: ImportColumn, reading: CellReading<T>): T => {
    if ('value' in reading) return reading.value;
    faults.push({ code: reading.code, column, hint: reading.hint });
    return undefined as T;
  };
  const needed = <T>(column: ImportColumn, rule: CellRule<T>): T => {
    const cell = row.cells[column];
    return note(column, cell.trim() === '' ? { code: 'cell-empty', hint: `Fill in ${column}: it may not be empty.` } : rule(cell));
  };
  const optional = <T>(column: ImportColumn, rule: CellRule<T>): T | undefined => {
    const cell = row.cells[column];
    return cell.trim() === '' ? undefined : note(column, rule(cell));
  };

  const customerTenantId = needed('customer_tenant_id', guid);
  const customerName = needed('customer_name', text);
  const customerDomain = needed('customer_domain', domain);
  const countryCode = needed('country', country);
  const contactEmail = optional('contact_email', email);
  const original = {
    originalSubscriptionId: needed('original_subscription_id', guid),
    program: needed('program', program),
    offerName: needed('offer_name', text),
    skuId: needed('sku_id', guid),
    seats: needed('seats', seats),
    termEnd: needed('term_end', (cell) => termEnd(cell, today)),
    autoRenew: needed('auto_renew', yesOrNo),
  };
  const target = targetOf(optional('target_catalog_item', catalogItem), optional('target_sku_id', guid), optional('target_seats', seats));
  const wave = optional('wave', text);
  return {
    row: row.row,
    line: row.line,
    customerTenantId,
    customerName,
    customerDomain,
    country: countryCode,
    ...(contactEmail !== undefined && { contactEmail }),
    ...(wave !== undefined && { wave }),
    original: target ? { ...original, target } : original,
  };
}

function targetOf(item: string | undefined, skuId: string | undefined, count: number | undefined): CheckedTarget | undefined {
  if (item === undefined && skuId === undefined && count === undefined) return undefined;
  return {
    ...(item !== undefined && { catalogItem: item }),
    ...(skuId !== undefined && { skuId }),
    ...(count !== undefined && { seats: count }),
  };
}
