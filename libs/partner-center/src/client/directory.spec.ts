import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientOf, CUSTOMER, DrivenClock, failureOf, Outside, REQUEST } from '../outside-for-spec.ts';

const OLD = '3b555118-da6a-4418-894f-7df1e2096870';
const NEW = '6fd2c87f-b296-42f0-b197-1e91e994b900';
const USER = '77777777-7777-4777-8777-777777777777';

describe('licenses and directory', () => {
  let outside: Outside;

  beforeEach(async () => {
    outside = await new Outside().start();
  });
  afterEach(() => outside.stop());

  test('users come page by page', async () => {
    const link = `${outside.url}/v1.0/users?$select=id&$skiptoken=abc`;
    outside.play(
      'GET /v1.0/users',
      {
        json: {
          value: [{ id: USER.toUpperCase(), usageLocation: 'DE', assignedLicenses: [{ skuId: OLD, disabledPlans: [] }] }],
          '@odata.nextLink': link,
        },
      },
      { json: { value: [{ id: 'b', usageLocation: null, assignedLicenses: [] }] } },
    );
    const client = clientOf(outside, new DrivenClock());
    const first = await client.users(REQUEST, CUSTOMER, null);
    expect(first.value).toEqual({ users: [{ userId: USER, usageLocation: 'DE', licenses: [OLD] }], next: link });
    expect(first.evidence.system).toBe('graph');
    expect((await client.users(REQUEST, CUSTOMER, first.value.next)).value).toEqual({
      users: [{ userId: 'b', usageLocation: null, licenses: [] }],
      next: null,
    });
    expect(outside.to('GET /v1.0/users').map((request) => request.path)).toEqual([
      '/v1.0/users?$select=id,usageLocation,assignedLicenses&$top=999',
      '/v1.0/users?$select=id&$skiptoken=abc',
    ]);
  });

  test.each([
    ['https://elsewhere.example/v1.0/users?$skiptoken=1'],
    ['http://127.0.0.1:1/v1.0/users?x'],
    ['@elsewhere.example/v1.0/users?x'],
    ['not a link'],
  ])('the page token %s is refused, and no token goes there', async (next) => {
    expect(await failureOf(clientOf(outside, new DrivenClock()).users(REQUEST, CUSTOMER, next))).toMatchObject({
      kind: 'refused',
      code: 'page-token-refused',
    });
    outside.play('GET /v1.0/users', { json: { value: [], '@odata.nextLink': next } });
    expect(await failureOf(clientOf(outside, new DrivenClock()).users(REQUEST, CUSTOMER, null))).toMatchObject({
      kind: 'refused',
      code: 'page-token-refused',
    });
  });

  test('a swap is one call that adds and removes', async () => {
    outside.play(`POST /v1/customers/${CUSTOMER}/users/${USER}/licenseupdates`, {
      status: 201,
      json: { licensesToAssign: [], licenseWarnings: [] },
    });
    await clientOf(outside, new DrivenClock()).swapLicense(REQUEST, CUSTOMER, USER, NEW, OLD);
    expect(outside.received.filter((request) => request.path.startsWith('/v1/')).map((request) => JSON.parse(request.body))).toEqual([
      {
        licensesToAssign: [{ skuId: NEW, excludedPlans: null }],
        licensesToRemove: [OLD],
        licenseWarnings: null,
        attributes: { objectType: 'LicenseUpdate' },
      },
    ]);
  });

  test('the pools of licenses', async () => {
    outside.play(`GET /v1/customers/${CUSTOMER}/subscribedskus`, {
      json: {
        totalCount: 1,
        items: [
          {
            availableUnits: 5,
            activeUnits: 20,
            consumedUnits: 18,
            suspendedUnits: 0,
            totalUnits: 23,
            warningUnits: 3,
            productSku: { id: OLD.toUpperCase(), name: 'x' },
            capabilityStatus: 'Enabled',
          },
        ],
      },
    });
    expect((await clientOf(outside, new DrivenClock()).subscribedSkus(REQUEST, CUSTOMER)).value).toEqual([
      { skuGuid: OLD, activeUnits: 20, warningUnits: 3, suspendedUnits: 0, consumedUnits: 18 },
    ]);
  });

  test("the tenant's subscriptions, whoever sold them", async () => {
    const entry = {
      id: 'e',
      commerceSubscriptionId: USER.toUpperCase(),
      skuId: OLD,
      status: 'enabled',
      totalLicenses: 25,
      nextLifecycleDateTime: '2026-12-01T00:00:00Z',
    };
    outside.play(
      'GET /v1.0/directory/subscriptions',
      { json: { value: [entry], '@odata.nextLink': `${outside.url}/v1.0/directory/subscriptions?$skiptoken=2` } },
      { json: { value: [{ ...entry, commerceSubscriptionId: null, status: 'LockedOut', nextLifecycleDateTime: null }] } },
    );
    expect((await clientOf(outside, new DrivenClock()).directorySubscriptions(REQUEST, CUSTOMER)).value).toEqual([
      { subscriptionId: USER, skuGuid: OLD, status: 'Enabled', totalLicenses: 25, nextLifecycleAt: '2026-12-01T00:00:00.000Z' },
      { subscriptionId: 'e', skuGuid: OLD, status: 'LockedOut', totalLicenses: 25, nextLifecycleAt: null },
    ]);
  });

  test("no right in the customer's directory needs a person", async () => {
    outside.play('GET /v1.0/directory/subscriptions', {
      status: 403,
      json: { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges for ada@contoso.example' } },
    });
    const failure = await failureOf(clientOf(outside, new DrivenClock()).directorySubscriptions(REQUEST, CUSTOMER));
    expect(failure).toMatchObject({
      kind: 'needs-person',
      code: 'directory-access-missing',
      outsideCode: '403/Authorization_RequestDenied',
    });
    expect(failure.message).not.toContain('@');
  });
});
