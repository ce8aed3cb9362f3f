import type { CheckedRow, ImportColumn } from '#imports';
import type { Line, LineRegistration, Migration } from '#migration';

/** A row's original as the domain registers it. */
export function lineOfRow({ original }: CheckedRow): LineRegistration {
  const { target, ...line } = original;
  return {
    ...line,
    target: target ? { catalogItem: target.catalogItem ?? null, skuId: target.skuId ?? null, seats: target.seats ?? null } : null,
  };
}

/** The columns in which a row differs from the original that is registered already. */
export function differingColumns(row: CheckedRow, line: Line): readonly ImportColumn[] {
  const given = lineOfRow(row);
  const pairs: readonly (readonly [ImportColumn, unknown, unknown])[] = [
    ['program', given.program, line.program],
    ['offer_name', given.offerName, line.offerName],
    ['sku_id', given.skuId, line.skuId],
    ['seats', given.seats, line.seats],
    ['term_end', given.termEnd, line.termEnd],
    ['auto_renew', given.autoRenew, line.autoRenew],
    ['target_catalog_item', given.target?.catalogItem ?? null, line.target?.catalogItem ?? null],
    ['target_sku_id', given.target?.skuId ?? null, line.target?.skuId ?? null],
    ['target_seats', given.target?.seats ?? null, line.target?.seats ?? null],
  ];
  return pairs.filter(([, a, b]) => a !== b).map(([column]) => column);
}

/** The columns in which a row's customer differs from the one that is registered, with the registered values. */
export function differingCustomer(row: CheckedRow, migration: Migration): readonly (readonly [ImportColumn, string])[] {
  const pairs: readonly (readonly [ImportColumn, string, string])[] = [
    ['customer_name', row.customerName, migration.customerName],
    ['customer_domain', row.customerDomain, migration.customerDomain],
    ['country', row.country, migration.country],
  ];
  return pairs.filter(([, a, b]) => a !== b).map(([column, , registered]) => [column, registered] as const);
}
