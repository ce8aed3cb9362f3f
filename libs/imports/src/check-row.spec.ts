import { describe, expect, test } from '@jest/globals';
import type { Day } from '#kernel';
import { checkRow } from './check-row.ts';
import type { ImportColumn } from './import-columns.ts';
import type { ReadableRow } from './import-row.ts';

const TODAY = '2026-12-01' as Day;

const GOOD: Record<ImportColumn, string> = {
  customer_tenant_id: 'AAAAAAAA-0000-4000-8000-00000000000A',
  customer_name: 'Contoso, "the" GmbH',
  customer_domain: 'Contoso.onmicrosoft.com',
  country: 'de',
  contact_email: 'it@contoso.com',
  original_subscription_id: 'bbbbbbbb-0000-4000-8000-00000000000b',
  program: 'ea',
  offer_name: 'Office 365 E3',
  sku_id: '6FD2C87F-B296-42F0-B197-1E91E994B900',
  seats: '25',
  term_end: '2027-01-31',
  auto_renew: 'No',
  target_catalog_item: '',
  target_sku_id: '',
  target_seats: '',
  wave: '',
};

const rowWith = (cells: Partial<Record<ImportColumn, string>>): ReadableRow => ({ row: 1, line: 2, cells: { ...GOOD, ...cells } });
const check = (cells: Partial<Record<ImportColumn, string>>) => checkRow(rowWith(cells), TODAY);

describe('a good row', () => {
  test('comes out in the forms that the rest of the service uses', () => {
    expect(check({})).toEqual({
      outcome: 'ok',
      warnings: [],
      line: {
        row: 1,
        line: 2,
        customerTenantId: 'aaaaaaaa-0000-4000-8000-00000000000a',
        customerName: 'Contoso, "the" GmbH',
        customerDomain: 'contoso.onmicrosoft.com',
        country: 'DE',
        contactEmail: 'it@contoso.com',
        original: {
          originalSubscriptionId: 'bbbbbbbb-0000-4000-8000-00000000000b',
          program: 'ea',
          offerName: 'Office 365 E3',
          skuId: '6fd2c87f-b296-42f0-b197-1e91e994b900',
          seats: 25,
          termEnd: '2027-01-31',
          autoRenew: false,
        },
      },
    });
  });

  test('names its target as far as it is given', () => {
    const given = { target_catalog_item: 'cfq7ttc0lh18:0001:CFQ7TTC0K971', target_sku_id: GOOD.sku_id, target_seats: '20', wave: 'north' };
    expect(check(given)).toMatchObject({
      line: {
        wave: 'north',
        original: { target: { catalogItem: 'CFQ7TTC0LH18:0001:CFQ7TTC0K971', skuId: GOOD.sku_id.toLowerCase(), seats: 20 } },
      },
    });
    expect(check({ target_catalog_item: 'CFQ7TTC0LH18:0001' })).toMatchObject({
      line: { original: { target: { catalogItem: 'CFQ7TTC0LH18:0001' } } },
    });
  });

  test.each<[ImportColumn, string]>([
    ['customer_name', '=1+1'],
    ['customer_name', '@Work'],
    ['customer_name', '株式会社コントソ'],
    ['customer_name', 'مؤسسة كونتوسو'],
    ['customer_name', '🚀'.repeat(256)],
    ['customer_domain', 'müller.de'],
    ['customer_domain', 'xn--mller-kva.de'],
    ['country', 'JP'],
    ['contact_email', 'jürgen@müller.de'],
    ['contact_email', "o'brien+it@sub.contoso.com"],
    ['seats', '1'],
    ['seats', '1000000'],
    ['seats', '007'],
    ['term_end', '2026-08-03'],
    ['term_end', '2028-02-29'],
    ['term_end', '2036-11-30'],
    ['auto_renew', 'YES'],
    ['auto_renew', '0'],
    ['auto_renew', 'True'],
  ])('%s may be %j', (column, cell) => {
    expect(check({ [column]: cell })).toMatchObject({ outcome: 'ok' });
  });
});

describe('a bad cell', () => {
  test.each<[ImportColumn, string, string, RegExp]>([
    ['customer_tenant_id', '', 'cell-empty', /customer_tenant_id/],
    ['customer_tenant_id', '{aaaaaaaa-0000-4000-8000-00000000000a}', 'not-a-guid', /braces/],
    ['customer_tenant_id', 'aaaaaaaa000040008000000000000000', 'not-a-guid', /GUID/],
    ['customer_tenant_id', ` ${GOOD.customer_tenant_id}`, 'not-a-guid', /blanks/],
    ['original_subscription_id', 'gggggggg-0000-4000-8000-00000000000a', 'not-a-guid', /GUID/],
    ['customer_name', '   ', 'cell-empty', /empty/],
    ['customer_name', 'x'.repeat(257), 'text-too-long', /257/],
    ['customer_name', 'Con\u0000toso', 'control-character', /anew/],
    ['offer_name', 'E3\u0007', 'control-character', /anew/],
    ['wave', 'w'.repeat(300), 'text-too-long', /256/],
    ['customer_domain', 'https://contoso.com/', 'not-a-domain', /without https/],
    ['customer_domain', 'it@contoso.com', 'not-a-domain', /follows the @/],
    ['customer_domain', 'contoso', 'not-a-domain', /contoso\.com/],
    ['customer_domain', '127.0.0.1', 'not-a-domain', /contoso\.com/],
    ['customer_domain', 'con_toso.com', 'not-a-domain', /contoso\.com/],
    ['country', 'Germany', 'unknown-country', /two letters/],
    ['country', 'UK', 'unknown-country', /GB/],
    ['country', 'XX', 'unknown-country', /ISO/],
    ['contact_email', 'it@contoso', 'not-an-email', /empty/],
    ['contact_email', 'a@contoso.com;b@contoso.com', 'not-an-email', /one address/],
    ['program', 'EA', 'unknown-program', /Write it as ea/],
    ['program', 'open value', 'unknown-program', /open-value/],
    ['program', 'csp', 'unknown-program', /csp-other-partner/],
    ['seats', '25.0', 'not-a-whole-number', /write 25/],
    ['seats', '25,0', 'not-a-whole-number', /write 25/],
    ['seats', '1e3', 'not-a-whole-number', /write 25/],
    ['seats', '1,000', 'not-a-whole-number', /write 25/],
    ['seats', '２５', 'not-a-whole-number', /plain digits/],
    ['seats', '-5', 'not-a-whole-number', /plain digits/],
    ['seats', '25 ', 'not-a-whole-number', /blanks/],
    ['seats', '0', 'seats-out-of-range', /between 1/],
    ['seats', '1000001', 'seats-out-of-range', /1000000/],
    ['target_seats', '9'.repeat(400), 'seats-out-of-range', /…/],
    ['term_end', '2026-02-30', 'no-such-date', /does not exist/],
    ['term_end', '2027-02-29', 'no-such-date', /does not exist/],
    ['term_end', '31.12.2026', 'no-such-date', /year-month-day/],
    ['term_end', '12/31/2026', 'no-such-date', /year-month-day/],
    ['term_end', '2026-12-31T00:00:00Z', 'no-such-date', /day alone/],
    ['term_end', '46387', 'no-such-date', /Excel/],
    ['term_end', '2026-08-02', 'term-end-too-old', /2026-08-03/],
    ['term_end', '2226-12-31', 'term-end-too-far', /year/],
    ['auto_renew', '', 'cell-empty', /auto_renew/],
    ['auto_renew', 'wahr', 'not-yes-or-no', /true/],
    ['target_catalog_item', 'CFQ7TTC0LH18', 'not-a-catalog-item', /product:sku/],
    ['target_sku_id', 'E3', 'not-a-guid', /GUID/],
  ])('%s %j is %s', (column, cell, code, hint) => {
    expect(check({ [column]: cell })).toMatchObject({ outcome: 'rejected', code, column, hint: expect.stringMatching(hint), warnings: [] });
  });

  test('does not hide the others', () => {
    expect(check({ seats: 'x', country: '', auto_renew: 'maybe' })).toMatchObject({
      outcome: 'rejected',
      code: 'cell-empty',
      column: 'country',
      warnings: [
        { code: 'not-a-whole-number', column: 'seats' },
        { code: 'not-yes-or-no', column: 'auto_renew' },
      ],
    });
  });

  test('is the row’s own fault where its cells cannot be told apart', () => {
    const fault = { code: 'wrong-cell-count', column: null, hint: 'x' };
    expect(checkRow({ row: 4, line: 9, fault }, TODAY)).toEqual({ outcome: 'rejected', ...fault, warnings: [] });
  });
});

test.each<[Partial<Record<ImportColumn, string>>, string, ImportColumn]>([
  [{ program: 'csp-legacy' }, 'microsoft-migration-may-serve-better', 'program'],
  [{ program: 'csp-other-partner' }, 'transfer-may-serve-better', 'program'],
  [{ contact_email: '' }, 'no-contact-email', 'contact_email'],
  [{ term_end: '2026-11-30' }, 'term-has-ended', 'term_end'],
  [{ customer_name: 'Con\r\ntoso' }, 'line-break-in-text', 'customer_name'],
])('%j is taken with a warning', (cells, code, column) => {
  expect(check(cells)).toMatchObject({ outcome: 'ok', warnings: [{ code, column }] });
});

test('line breaks and tabs within a name become one space', () => {
  expect(check({ customer_name: 'Con \r\n toso\tAG' })).toMatchObject({ line: { customerName: 'Con toso AG' } });
});
