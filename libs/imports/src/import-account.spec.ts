import { expect, test } from '@jest/globals';
import type { Day } from '#kernel';
import type { CheckedRow } from './checked-row.ts';
import { ImportAccount } from './import-account.ts';

const FIRST: CheckedRow = {
  row: 1,
  line: 2,
  customerTenantId: 'aaaaaaaa-0000-4000-8000-00000000000a',
  customerName: 'Contoso',
  customerDomain: 'contoso.com',
  country: 'DE',
  original: {
    originalSubscriptionId: 'bbbbbbbb-0000-4000-8000-00000000000b',
    program: 'ea',
    offerName: 'E3',
    skuId: '6fd2c87f-b296-42f0-b197-1e91e994b900',
    seats: 5,
    termEnd: '2027-01-31' as Day,
    autoRenew: true,
  },
};

const OTHER = 'cccccccc-0000-4000-8000-00000000000c';

function judged(...rows: readonly CheckedRow[]) {
  const account = new ImportAccount();
  return rows.map((row, index) => account.judge({ ...row, row: index + 1, line: index + 2 })).at(-1)!;
}

test('another original of the same customer, and the same original of another customer, are new', () => {
  expect(judged(FIRST, { ...FIRST, original: { ...FIRST.original, originalSubscriptionId: OTHER } })).toEqual({
    verdict: 'new',
    warnings: [],
  });
  expect(judged(FIRST, { ...FIRST, customerTenantId: OTHER })).toEqual({ verdict: 'new', warnings: [] });
});

test('the same row again is a duplicate that names the earlier line', () => {
  expect(judged(FIRST, FIRST)).toEqual({
    verdict: 'duplicate',
    fault: { code: 'duplicate-row', column: null, hint: 'The same customer and original stand on line 2: leave this row out.' },
  });
});

test('a duplicate with other values names each column in which it differs', () => {
  const again = { ...FIRST, country: 'AT', original: { ...FIRST.original, seats: 6, autoRenew: false, target: { seats: 3 } } };
  const verdict = judged(FIRST, again);
  expect(verdict).toMatchObject({ verdict: 'duplicate', fault: { code: 'duplicate-row', column: 'country' } });
  expect(verdict).toMatchObject({
    fault: { hint: expect.stringMatching(/line 2 with another country, seats, auto_renew, target_seats:/) },
  });
});

test.each([
  ['customer_name', { customerName: 'Fabrikam' }],
  ['customer_domain', { customerDomain: 'fabrikam.com' }],
  ['country', { country: 'AT' }],
])('another %s for one customer is rejected and names the first line', (column, change) => {
  const other = { ...FIRST, ...change, original: { ...FIRST.original, originalSubscriptionId: OTHER } };
  expect(judged(FIRST, other)).toMatchObject({
    verdict: 'rejected',
    fault: { code: 'customer-differs', column, hint: expect.stringContaining('Line 2') },
  });
});

test('a rejected row is not remembered: its corrected copy is new', () => {
  const differing = { ...FIRST, customerName: 'Fabrikam', original: { ...FIRST.original, originalSubscriptionId: OTHER } };
  expect(judged(FIRST, differing, { ...differing, customerName: 'Contoso' })).toMatchObject({ verdict: 'new' });
});

test('another contact or wave is taken with a warning, the first one stands', () => {
  const other = (contactEmail: string, wave: string, id: string) => ({
    ...FIRST,
    contactEmail,
    wave,
    original: { ...FIRST.original, originalSubscriptionId: id },
  });
  expect(judged(FIRST, other('a@contoso.com', 'north', OTHER), other('b@contoso.com', 'south', FIRST.customerTenantId))).toMatchObject({
    verdict: 'new',
    warnings: [
      { code: 'customer-value-not-taken', column: 'contact_email' },
      { code: 'customer-value-not-taken', column: 'wave' },
    ],
  });
});
