import type { CheckedRow } from './checked-row.ts';
import type { ImportColumn } from './import-columns.ts';
import type { RowFault } from './row-fault.ts';

export type RowVerdict =
  | { readonly verdict: 'new'; readonly warnings: readonly RowFault[] }
  | { readonly verdict: 'duplicate'; readonly fault: RowFault }
  | { readonly verdict: 'rejected'; readonly fault: RowFault };

/** What is remembered of a customer: its first row's values, which stand for the whole file. */
interface KnownCustomer {
  readonly number: number;
  readonly line: number;
  readonly values: readonly string[];
  contactEmail: string | undefined;
  wave: string | undefined;
}

const CUSTOMER_COLUMNS = ['customer_name', 'customer_domain', 'country'] as const satisfies readonly ImportColumn[];

const ORIGINAL_COLUMNS = [
  'program',
  'offer_name',
  'sku_id',
  'seats',
  'term_end',
  'auto_renew',
  'target_catalog_item',
  'target_sku_id',
  'target_seats',
] as const satisfies readonly ImportColumn[];

/**
 * How the rows of one file stand to each other (contract, "Import columns"). Pure: rows go in by the order of the file,
 * and the same rows give the same verdicts. Memory: some 200 bytes for each customer and 100 for each original.
 */
export class ImportAccount {
  readonly #customers = new Map<string, KnownCustomer>();
  readonly #originals = new Map<string, KnownOriginal>();

  judge(row: CheckedRow): RowVerdict {
    const customer = this.#customers.get(row.customerTenantId);
    const key = customer && originalKey(customer, row);
    const first = key && this.#originals.get(key);
    if (customer && first) return { verdict: 'duplicate', fault: duplicateFault(row, customer, first) };
    if (customer) {
      const differing = differingCustomerColumns(row, customer);
      if (differing.length > 0) return { verdict: 'rejected', fault: differsFault(row, customer, differing) };
    }
    const known = customer ?? this.#remember(row);
    this.#originals.set(originalKey(known, row), { line: row.line, digests: originalDigests(row) });
    return { verdict: 'new', warnings: customer ? contactWarnings(row, customer) : [] };
  }

  #remember(row: CheckedRow): KnownCustomer {
    const { line, contactEmail, wave } = row;
    const known = { number: this.#customers.size, line, values: customerValues(row), contactEmail, wave };
    this.#customers.set(row.customerTenantId, known);
    return known;
  }
}

/** What is remembered of an original: enough to name the columns in which a later row differs, without their values. */
interface KnownOriginal {
  readonly line: number;
  readonly digests: Uint32Array;
}

/** Sixteen bytes of the GUID and the customer's number, as a string of one-byte characters. */
function originalKey(customer: KnownCustomer, row: CheckedRow): string {
  return `${Buffer.from(row.original.originalSubscriptionId.replaceAll('-', ''), 'hex').toString('latin1')}${customer.number}`;
}

function customerValues(row: CheckedRow): readonly string[] {
  return [row.customerName, row.customerDomain, row.country];
}

function differingCustomerColumns(row: CheckedRow, customer: KnownCustomer): ImportColumn[] {
  const values = customerValues(row);
  return CUSTOMER_COLUMNS.filter((_, index) => values[index] !== customer.values[index]);
}

function originalDigests({ original }: CheckedRow): Uint32Array {
  const { target } = original;
  return Uint32Array.of(
    digest(original.program),
    digest(original.offerName),
    digest(original.skuId),
    original.seats,
    digest(original.termEnd),
    Number(original.autoRenew),
    digest(target?.catalogItem ?? ''),
    digest(target?.skuId ?? ''),
    target?.seats ?? 0,
  );
}

const { imul } = Math;

/** FNV-1a. Two values that meet in it cost one word of a hint, nothing else. */
function digest(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

function duplicateFault(row: CheckedRow, customer: KnownCustomer, first: KnownOriginal): RowFault {
  const digests = originalDigests(row);
  const differing = [
    ...differingCustomerColumns(row, customer),
    ...ORIGINAL_COLUMNS.filter((_, index) => digests[index] !== first.digests[index]),
  ];
  const hint =
    differing.length === 0
      ? `The same customer and original stand on line ${first.line}: leave this row out.`
      : `The same customer and original stand on line ${first.line} with another ${differing.join(', ')}: that line counts, nothing of this one is taken over.`;
  return { code: 'duplicate-row', column: differing[0] ?? null, hint };
}

function differsFault(row: CheckedRow, customer: KnownCustomer, differing: readonly ImportColumn[]): RowFault {
  const stands = differing.map((column) => `${column} "${customer.values[CUSTOMER_COLUMNS.findIndex((name) => name === column)]!}"`);
  return {
    code: 'customer-differs',
    column: differing[0]!,
    hint: `Line ${customer.line} gives customer ${row.customerTenantId} ${stands.join(', ')}: write the same here, or mend the tenant id.`,
  };
}

/** The first contact and the first wave of a customer stand; what differs from them later is not taken over. */
function contactWarnings(row: CheckedRow, customer: KnownCustomer): readonly RowFault[] {
  const warnings: RowFault[] = [];
  const told = (column: ImportColumn): RowFault => ({
    code: 'customer-value-not-taken',
    column,
    hint: `An earlier line gives this customer another ${column}: that one counts.`,
  });
  if (differs(row.contactEmail, customer.contactEmail)) warnings.push(told('contact_email'));
  if (differs(row.wave, customer.wave)) warnings.push(told('wave'));
  customer.contactEmail ??= row.contactEmail;
  customer.wave ??= row.wave;
  return warnings;
}

function differs(given: string | undefined, kept: string | undefined): boolean {
  return given !== undefined && kept !== undefined && given !== kept;
}
