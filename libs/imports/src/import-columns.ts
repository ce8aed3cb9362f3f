/** The columns of an import file (contract, "Import columns"), in the order in which we write them. */
export const IMPORT_COLUMNS = [
  'customer_tenant_id',
  'customer_name',
  'customer_domain',
  'country',
  'contact_email',
  'original_subscription_id',
  'program',
  'offer_name',
  'sku_id',
  'seats',
  'term_end',
  'auto_renew',
  'target_catalog_item',
  'target_sku_id',
  'target_seats',
  'wave',
] as const;

export type ImportColumn = (typeof IMPORT_COLUMNS)[number];

export function isImportColumn(name: string): name is ImportColumn {
  return (IMPORT_COLUMNS as readonly string[]).includes(name);
}
