import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientOf, CUSTOMER, DrivenClock, failureOf, Outside, REQUEST } from '../outside-for-spec.ts';

const BASIC = '3b555118-da6a-4418-894f-7df1e2096870';
const E3 = '6fd2c87f-b296-42f0-b197-1e91e994b900';

const items = (...list: readonly object[]) => ({
  json: { totalCount: list.length, items: list, attributes: { objectType: 'Collection' } },
});
const product = (id: string) => ({ id, title: id, productType: { id: 'OnlineServicesNCE' } });
const sku = (id: string, provisioningId: string, more: object = {}) => ({
  id,
  title: `SKU ${id}`,
  minimumQuantity: 1,
  maximumQuantity: 300,
  dynamicAttributes: { provisioningId },
  ...more,
});
const availability = (catalogItemId: string, more: object = {}) => ({
  id: catalogItemId.split(':')[2],
  catalogItemId,
  isPurchasable: true,
  defaultCurrency: { code: 'EUR', symbol: '€' },
  terms: [{ id: 't', duration: 'P1Y', billingCycle: 'Monthly' }],
  ...more,
});

describe('catalog', () => {
  let outside: Outside;

  beforeEach(async () => {
    outside = await new Outside().start();
    outside
      .play(
        'GET /v1/products',
        {
          json: {
            items: [product('BASIC'), { id: 'AZURE', productType: { id: 'Azure' } }],
            links: {
              next: {
                uri: '/products?page=2',
                method: 'GET',
                headers: [
                  { key: 'MS-ContinuationToken', value: 'more' },
                  { key: 'X-Other', value: 'no' },
                ],
              },
            },
          },
        },
        items(product('E3')),
      )
      .play(
        'GET /v1/products/BASIC/skus',
        items(sku('0001', BASIC.toUpperCase()), sku('0002', BASIC, { isTrial: true }), {
          id: '0003',
          title: 'no licenses',
          minimumQuantity: 1,
          maximumQuantity: 1,
        }),
      )
      .play('GET /v1/products/E3/skus', items(sku('0001', E3, { maximumQuantity: 10_000 })))
      .play(
        'GET /v1/products/BASIC/skus/0001/availabilities',
        items(availability('BASIC:0001:A'), availability('BASIC:0001:OLD', { isPurchasable: false })),
      )
      .play('GET /v1/products/E3/skus/0001/availabilities', items(availability('E3:0001:B')));
  });
  afterEach(() => outside.stop());

  test('products, SKUs and availabilities become items; trials, other products and what is not sold do not', async () => {
    const client = clientOf(outside, new DrivenClock(), {
      catalogSettings: {
        prices: [
          { skuGuid: BASIC, country: 'DE', termDuration: 'P1Y', billingCycle: 'monthly', monthlyPricePerSeat: 5.6, currency: 'EUR' },
        ],
      },
    });
    expect((await client.catalog(REQUEST, 'de')).value).toEqual([
      {
        catalogItem: 'BASIC:0001:A',
        productId: 'BASIC',
        skuId: '0001',
        skuGuid: BASIC,
        title: 'SKU 0001',
        minimumSeats: 1,
        maximumSeats: 300,
        seatPool: 300,
        terms: [{ termDuration: 'P1Y', billingCycle: 'monthly', monthlyPricePerSeat: 5.6, currency: 'EUR' }],
      },
      {
        catalogItem: 'E3:0001:B',
        productId: 'E3',
        skuId: '0001',
        skuGuid: E3,
        title: 'SKU 0001',
        minimumSeats: 1,
        maximumSeats: 10_000,
        seatPool: null,
        terms: [{ termDuration: 'P1Y', billingCycle: 'monthly', monthlyPricePerSeat: null, currency: 'EUR' }],
      },
    ]);
    const [firstPage, secondPage] = outside.to('GET /v1/products');
    expect(firstPage!.path).toBe('/v1/products?country=DE&targetSegment=commercial&targetView=OnlineServices');
    expect(secondPage!.headers).toMatchObject({ 'ms-continuationtoken': 'more' });
    expect(secondPage!.headers).not.toHaveProperty('x-other');
  });

  test('it stands a day, is read by one reader at a time, and anew when asked', async () => {
    const clock = new DrivenClock();
    const client = clientOf(outside, clock);
    const readings = () => outside.to('GET /v1/products/E3/skus').length;
    await Promise.all([client.catalog(REQUEST, 'DE'), client.catalog(REQUEST, 'de'), client.catalog(REQUEST, 'DE', true)]);
    expect(readings()).toBe(1);
    clock.advance(86_399_999);
    await client.catalog(REQUEST, 'DE');
    expect(readings()).toBe(1);
    clock.advance(1);
    await client.catalog(REQUEST, 'DE');
    expect(readings()).toBe(2);
    await client.catalog(REQUEST, 'DE', true);
    expect(readings()).toBe(3);
    await client.catalog(REQUEST, 'FR');
    expect(readings()).toBe(4);
  });

  test('a reading that broke off goes on where it stopped', async () => {
    outside.play('GET /v1/products/E3/skus', { status: 500 }, items(sku('0001', E3)));
    const client = clientOf(outside, new DrivenClock());
    expect(await failureOf(client.catalog(REQUEST, 'DE'))).toMatchObject({
      kind: 'retry-later',
      code: 'server-error',
      outcomeUnknown: false,
    });
    expect((await client.catalog(REQUEST, 'DE')).value).toHaveLength(2);
    expect(outside.to('GET /v1/products/BASIC/skus/0001/availabilities')).toHaveLength(1);
  });

  test('what leaves the catalog while it is read is not in it', async () => {
    outside.play('GET /v1/products/E3/skus/0001/availabilities', { status: 404, json: { code: 400018, description: 'gone' } });
    expect((await clientOf(outside, new DrivenClock()).catalog(REQUEST, 'DE')).value.map((item) => item.productId)).toEqual(['BASIC']);
  });

  test('a page link to another host is not followed', async () => {
    outside.play('GET /v1/products', {
      json: { items: [], links: { next: { uri: 'https://elsewhere.example/v1/products', method: 'GET' } } },
    });
    expect(await failureOf(clientOf(outside, new DrivenClock()).catalog(REQUEST, 'DE'))).toMatchObject({ code: 'unexpected-answer' });
  });
});

describe('relationship', () => {
  let outside: Outside;
  beforeEach(async () => {
    outside = await new Outside().start();
  });
  afterEach(() => outside.stop());

  test('the invitation link', async () => {
    const url =
      'https://admin.microsoft.com/Adminportal/Home?invType=ResellerRelationship&partnerId=p&msppId=0&DAP=false#/BillingAccounts/partner-invitation';
    outside.play(
      'GET /v1/customers/relationshiprequests',
      { json: { url, attributes: { objectType: 'RelationshipRequest' } } },
      { json: { url: 'javascript:alert(1)' } },
    );
    const clock = new DrivenClock();
    const client = clientOf(outside, clock);
    expect((await client.invitationLink(REQUEST)).value.link).toBe(url);
    await client.invitationLink(REQUEST);
    expect(outside.to('GET /v1/customers/relationshiprequests')).toHaveLength(1);
    clock.advance(3_600_000);
    expect(await failureOf(client.invitationLink(REQUEST))).toMatchObject({ code: 'unexpected-answer' });
  });

  test.each([
    [{ json: { RelationshipToPartner: 'Reseller' } }, 'reseller'],
    [{ json: { relationshipToPartner: 'none' } }, 'none'],
    [{ status: 404, json: { code: 1000 } }, 'none'],
    [{ status: 404, json: { code: 60003 } }, 'none'],
    [{ status: 403, json: { code: 20002 } }, 'none'],
  ])('%j reads %s', async (play, relationship) => {
    outside.play(`GET /v1/customers/${CUSTOMER}`, play);
    expect((await clientOf(outside, new DrivenClock()).customerRelationship(REQUEST, CUSTOMER)).value).toEqual({
      customerTenantId: CUSTOMER,
      relationship,
    });
  });

  test('a 404 without a code of Partner Center proves nothing', async () => {
    outside.play(`GET /v1/customers/${CUSTOMER}`, { status: 404, raw: '<html>' });
    expect(await failureOf(clientOf(outside, new DrivenClock()).customerRelationship(REQUEST, CUSTOMER))).toMatchObject({
      kind: 'retry-later',
      code: 'unexpected-answer',
    });
  });
});
