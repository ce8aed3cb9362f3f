import { createHash } from 'node:crypto';

export const SKUS = {
  basic: '3b555118-da6a-4418-894f-7df1e2096870',
  standard: 'f245ecc8-75af-4f8e-b61f-27d8114de5f3',
  e3: '6fd2c87f-b296-42f0-b197-1e91e994b900',
  m365e3: '05e9a617-0261-4cee-bb44-138d3ef5d965',
  /** Sold nowhere. */
  retired: '0d0d0d0d-0d0d-4d0d-8d0d-0d0d0d0d0d0d',
} as const;

export const CATALOG_ITEMS = {
  basic: 'CFQ7TTC0LH18:0001',
  standard: 'CFQ7TTC0LDPB:0001',
  e3: 'CFQ7TTC0LF8R:0001',
  m365e3: 'CFQ7TTC0LFLX:0001',
} as const;

export interface Original {
  readonly subscriptionId: string;
  readonly program: string;
  readonly offerName: string;
  readonly skuId: string;
  readonly seats: number;
  readonly termEnd: string;
  readonly autoRenew: boolean;
  readonly target?: { readonly catalogItem?: string; readonly skuId?: string; readonly seats?: number };
  readonly atEnd?: 'expire' | 'renew' | 'extend';
}

/** A customer as a test tells it to the product, and to the stand-in that plays it. */
export interface Customer {
  readonly tenant: string;
  readonly name: string;
  readonly domain: string;
  readonly country: string;
  readonly contactEmail: string | null;
  readonly wave: string | null;
  readonly originals: readonly Original[];
  readonly invitation: 'accept' | 'decline' | 'silent';
  readonly answersAfter: string;
  readonly users: number;
  readonly directoryAccess: string;
}

/** The same name gives the same GUID. */
export function guidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** 10 seats of Office 365 E3 bought on the web, to the end of the year, unless told otherwise. */
export function original(name: string, given: Partial<Original> = {}): Original {
  return {
    subscriptionId: guidOf(`original ${name}`),
    program: 'web-direct',
    offerName: 'Office 365 E3',
    skuId: SKUS.e3,
    seats: 10,
    termEnd: '2026-12-31',
    autoRenew: false,
    ...given,
  };
}

/** Accepts two days after the first mail, and every seat has its user. */
export function customer(name: string, given: Partial<Customer> = {}): Customer {
  const domain = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example`;
  const originals = given.originals ?? [original(name)];
  return {
    tenant: guidOf(`customer ${name}`),
    name,
    domain,
    country: 'US',
    contactEmail: `it@${domain}`,
    wave: null,
    invitation: 'accept',
    answersAfter: 'P2D',
    users: Math.max(...originals.map(({ seats }) => seats)),
    directoryAccess: 'with-acceptance',
    ...given,
    originals,
  };
}

/** As the control API wants to hear of a customer (contract §5). */
export function descriptionOf({
  name,
  domain,
  country,
  contactEmail,
  invitation,
  answersAfter,
  users,
  directoryAccess,
  originals,
}: Customer): object {
  return {
    name,
    domain,
    country,
    contactEmail,
    invitation,
    answersAfter,
    users,
    directoryAccess,
    originals: originals.map(({ subscriptionId, skuId, seats, termEnd, autoRenew, atEnd, program }) => ({
      subscriptionId,
      skuId,
      seats,
      termEnd,
      autoRenew,
      program,
      ...(atEnd && { atEnd }),
    })),
  };
}

/** The body of `POST /v1/migrations`. */
export function registrationOf({ tenant, name, domain, country, contactEmail, wave, originals }: Customer): object {
  return {
    customerTenantId: tenant,
    customerName: name,
    customerDomain: domain,
    country,
    ...(contactEmail !== null && { contactEmail }),
    ...(wave !== null && { wave }),
    lines: originals.map(({ subscriptionId, program, offerName, skuId, seats, termEnd, autoRenew, target }) => ({
      originalSubscriptionId: subscriptionId,
      program,
      offerName,
      skuId,
      seats,
      termEnd,
      autoRenew,
      ...(target && { target }),
    })),
  };
}

export const COLUMNS = [
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
export type Column = (typeof COLUMNS)[number];
export type Row = Readonly<Record<Column, string>>;

export function rowsOf(of: Customer): readonly Row[] {
  return of.originals.map((line) => ({
    customer_tenant_id: of.tenant,
    customer_name: of.name,
    customer_domain: of.domain,
    country: of.country,
    contact_email: of.contactEmail ?? '',
    original_subscription_id: line.subscriptionId,
    program: line.program,
    offer_name: line.offerName,
    sku_id: line.skuId,
    seats: String(line.seats),
    term_end: line.termEnd,
    auto_renew: String(line.autoRenew),
    target_catalog_item: line.target?.catalogItem ?? '',
    target_sku_id: line.target?.skuId ?? '',
    target_seats: line.target?.seats === undefined ? '' : String(line.target.seats),
    wave: of.wave ?? '',
  }));
}

function cellOf(text: string, delimiter: string): string {
  return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvOf(rows: readonly Row[], { delimiter = ',', newline = '\n' } = {}): string {
  const lines = [COLUMNS.join(delimiter), ...rows.map((row) => COLUMNS.map((column) => cellOf(row[column], delimiter)).join(delimiter))];
  return lines.join(newline) + newline;
}
