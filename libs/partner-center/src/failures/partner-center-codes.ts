import type { OutsideFailureKind } from '../gateway.ts';

/** What one of Partner Center's own error codes means for us. */
export interface CodeMeaning {
  readonly kind: OutsideFailureKind;
  readonly code: string;
  /** What is wrong and what to do next, in our words. */
  readonly advice: string;
  readonly waitMs?: number;
}

type Row = readonly [outside: string, kind: OutsideFailureKind, code: string, advice: string, waitMs?: number];

const MINUTE = 60_000;
export const IN_PROGRESS_WAIT_MS = 2 * MINUTE;

/** `status/code`, or `*` for any status; a number alone is not unique across statuses (facts §6.1, §6.2). */
const ROWS: readonly Row[] = [
  [
    '401/900420',
    'needs-person',
    'token-audience',
    'The token was issued for another audience: set the Partner Center resource of the login settings.',
  ],
  [
    '403/900329',
    'needs-person',
    'user-token-required',
    'This operation needs an App+User token: give the service a refresh token of a partner user.',
  ],
  ['400/900316', 'needs-person', 'user-token-required', 'License calls need an App+User token of the secure application model.'],
  [
    '403/900308',
    'needs-person',
    'directory-access-missing',
    'The partner has no directory role at this customer: ask the customer to approve the delegated admin (GDAP) request.',
  ],
  ['403/900150', 'needs-person', 'insufficient-privileges', 'The partner user lacks a role in Partner Center: add it to the admin agents.'],
  [
    '403/900309',
    'needs-person',
    'conditional-access',
    'A Conditional Access policy of the customer blocks the partner: the customer must exclude service provider users.',
  ],
  [
    '403/90000',
    'needs-person',
    'consent-or-mfa',
    'The token was refused (consent or multi-factor sign-in): consent again and renew the refresh token.',
  ],
  [
    '403/20002',
    'needs-person',
    'no-relationship',
    'The customer has no reseller relationship with this partner: the invitation must be accepted (again).',
  ],
  ['404/20003', 'not-found', 'subscription-not-found', 'Partner Center knows no such subscription of this customer.'],
  ['404/20000', 'not-found', 'order-not-found', 'Partner Center does not show this order; after checkout that can take 15 minutes.'],
  ['404/60003', 'not-found', 'customer-not-found', 'Partner Center knows no such customer tenant.'],
  ['404/60002', 'not-found', 'user-not-found', 'The customer tenant has no such user.'],
  ['404/800007', 'not-found', 'provisioning-status-not-found', 'The subscription has no provisioning status yet.'],
  [
    '403/13605',
    'needs-person',
    'agreement-missing',
    'The Microsoft Customer Agreement is not confirmed for this customer: confirm it in Partner Center or have the customer accept it.',
  ],
  ...under(
    ['403/800073', '403/800074', '403/800075', '403/900416'],
    'needs-person',
    'customer-under-review',
    'Microsoft reviews or blocks this customer account: see the account validation status in Partner Center.',
  ),
  ['403/800069', 'needs-person', 'risk-check-failed', "The purchase failed Microsoft's risk check: contact partner support."],
  ...under(
    ['*/800023', '*/800024', '*/800025', '*/800026', '*/900121'],
    'needs-person',
    'credit-limit',
    "The partner's credit line does not allow this purchase: settle it with Microsoft.",
  ),
  ...under(
    ['403/2030', '*/2006', '400/800070'],
    'refused',
    'not-sold-in-country',
    "The offer is not sold in the customer's country, or the partner may not sell there: choose another target.",
  ),
  ...under(
    ['*/900124', '*/900123', '*/900149', '*/800039'],
    'needs-person',
    'partner-agreement',
    'The partner agreement is not signed or the program membership is not active: mend it in Partner Center.',
  ),
  ...under(
    ['*/800015', '*/800016', '*/900154', '*/900206'],
    'needs-person',
    'reseller-of-record',
    "The reseller of record or its attestation was refused: check the reseller's ids and state.",
  ),
  ...under(
    ['404/400013', '404/400018', '404/400019'],
    'refused',
    'catalog-item-gone',
    'The catalog no longer has this product, SKU or availability: read the catalog afresh and build a new cart.',
  ),
  ...under(
    ['400/2002', '400/900275', '403/800027', '403/800066', '403/800067', '403/800068', '403/800088', '403/800089'],
    'refused',
    'seat-limit',
    "The number of seats is outside what the SKU or the customer may have: change the target's seats.",
  ),
  ...under(
    ['400/800018', '*/900419'],
    'needs-person',
    'subscription-limit',
    'The tenant has reached its limit of subscriptions: let old ones end first.',
  ),
  [
    '400/900203',
    'refused',
    'attestation-required',
    'This catalog item needs an attestation that only a person can give: order it in Partner Center.',
  ],
  [
    '400/800065',
    'needs-person',
    'cart-already-ordered',
    'The cart was already submitted and its orders were not returned: look them up in Partner Center before anything else is bought.',
  ],
  ...under(
    ['409/800060', '409/800064', '409/800014', '409/800082'],
    'retry-later',
    'in-progress',
    'Partner Center is still working on this; it will be asked again.',
    IN_PROGRESS_WAIT_MS,
  ),
  ['409/900278', 'retry-later', 'in-progress', 'Another operation on the subscription is pending, which can take a day.', 24 * 60 * MINUTE],
  ...under(
    [
      '400/2001',
      '400/2011',
      '400/2055',
      '400/800090',
      '400/800091',
      '400/800093',
      '400/800094',
      '400/800095',
      '400/800096',
      '400/800097',
      '400/800098',
      '400/900277',
      '400/900279',
      '400/900280',
      '400/900311',
    ],
    'refused',
    'subscription-change-refused',
    'The subscription does not allow this change as it stands: read it again and decide.',
  ),
  ...under(
    ['400/900117', '400/900213', '400/900214', '400/900257'],
    'refused',
    'window-passed',
    'The window in which this was possible has passed.',
  ),
  ['400/60012', 'refused', 'out-of-licenses', 'No license of the new SKU is free: raise its seats or free some.'],
  [
    '400/60000',
    'refused',
    'license-change-refused',
    "The license change was refused for this user: look at the user's licenses and their clashes.",
  ],
];

const MEANINGS: ReadonlyMap<string, CodeMeaning> = new Map(
  ROWS.map(([outside, kind, code, advice, waitMs]) => [outside, { kind, code, advice, ...(waitMs === undefined ? {} : { waitMs }) }]),
);

export function meaningOf(status: number, code: string): CodeMeaning | undefined {
  return MEANINGS.get(`${status}/${code}`) ?? MEANINGS.get(`*/${code}`);
}

function under(outside: readonly string[], kind: OutsideFailureKind, code: string, advice: string, waitMs?: number): Row[] {
  return outside.map((key) => (waitMs === undefined ? [key, kind, code, advice] : [key, kind, code, advice, waitMs]));
}
