import { createVerify, X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { APartner, AProduct, BUSINESS_BASIC, OFFICE_E3, PARTNER, type Json } from './a-partner-for-spec.ts';

const CUSTOMER = '11111111-1111-4111-8111-111111111111';
const ORIGINAL = '66666666-6666-4666-8666-666666666666';
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function begin(): Promise<{ partner: APartner; product: AProduct }> {
  const product = await AProduct.start();
  const partner = await APartner.start({ productUrl: product.url });
  stops.push(
    () => product.stop(),
    () => partner.simulator.stop(),
  );
  return { partner, product };
}

describe('a customer moves', () => {
  test('from the invitation to the end of its original, every step seen in the ledger', async () => {
    const { partner, product } = await begin();
    partner.simulator.describeCustomer(CUSTOMER, {
      name: 'Contoso',
      domain: 'contoso.example',
      country: 'DE',
      users: 3,
      originals: [{ subscriptionId: ORIGINAL, skuId: BUSINESS_BASIC, seats: 5, termEnd: '2027-02-20' }],
    });
    const events = ['reseller-relationship-accepted-by-customer'];
    await partner.ask('POST', '/webhooks/v1/registration', { WebhookUrl: `${product.url}/hooks`, WebhookEvents: events });
    expect((await partner.ask('GET', '/v1/customers/relationshiprequests')).body.url).toContain(PARTNER);
    expect((await partner.ask('GET', `/v1/customers/${CUSTOMER}`)).body).toMatchObject({ code: 1000, source: 'PartnerFD' });

    await partner.mail(CUSTOMER, 'invitation', '<first@partner.example>');
    await partner.mail(CUSTOMER, 'invitation', '<first@partner.example>');
    expect(partner.simulator.nextDue()).toBe('2027-01-22T00:00:00.000Z');
    await partner.walk('2027-02-03T08:00:00Z');
    expect((await partner.ask('GET', `/v1/customers/${CUSTOMER}`)).body).toMatchObject({ id: CUSTOMER, relationshipToPartner: 'reseller' });

    const notice = product.heard.find(({ path }) => path === '/hooks')!;
    expect(notice.body).toMatchObject({
      EventName: events[0],
      ResourceUri: `https://api.partnercenter.microsoft.com/v1/customers/${CUSTOMER}`,
    });
    const der = await (await fetch(String(notice.headers['x-ms-certificate-url']))).arrayBuffer();
    const certificate = new X509Certificate(Buffer.from(der));
    const authority = new X509Certificate(await (await fetch(`${partner.simulator.url}/control/webhook-ca.pem`)).text());
    const signature = String(notice.headers.authorization).replace('Signature ', '');
    expect(certificate.issuer).toContain('O=Microsoft Corporation');
    expect(certificate.checkIssued(authority) && certificate.verify(authority.publicKey)).toBe(true);
    expect(createVerify('RSA-SHA256').update(notice.text).verify(certificate.publicKey, signature, 'base64')).toBe(true);

    const catalogItemId = await partner.catalogItem(OFFICE_E3);
    const { body: cart } = await partner.cart(CUSTOMER, [{ catalogItemId, quantity: 3 }]);
    expect(cart.lineItems[0]).toMatchObject({ catalogItemId, currencyCode: 'EUR' });
    const { status, body: bought } = await partner.checkout(CUSTOMER, cart.id);
    expect([status, bought.orders[0].status, bought.orderErrors]).toEqual([201, 'pending', []]);
    const orderId = bought.orders[0].id;
    await partner.walk({ by: 'PT2M' });
    const { body: order } = await partner.ask('GET', `/v1/customers/${CUSTOMER}/orders/${orderId}`);
    expect(order.status).toBe('completed');
    const { subscriptionId } = order.lineItems[0];
    expect((await partner.ask('GET', `/v1/customers/${CUSTOMER}/subscriptions/${subscriptionId}`)).body).toMatchObject({
      status: 'active',
      quantity: 3,
      commitmentEndDate: '2028-02-02T00:00:00Z',
    });
    const provisioned = await partner.ask('GET', `/v1/customers/${CUSTOMER}/subscriptions/${subscriptionId}/provisioningstatus`);
    expect(provisioned.body).toMatchObject({ status: 'success', skuId: OFFICE_E3, quantity: 3 });

    const { body: users } = await partner.ask('GET', `/v1/customers/${CUSTOMER}/users?size=2`);
    expect([users.totalCount, users.items.length, typeof users.continuationToken]).toEqual([3, 2, 'string']);
    const rest = await partner.ask('GET', `/v1/customers/${CUSTOMER}/users?seekOperation=Next`, undefined, {
      'MS-ContinuationToken': users.continuationToken,
    });
    for (const { id } of [...users.items, ...rest.body.items]) {
      const update = {
        licensesToAssign: [{ skuId: OFFICE_E3, excludedPlans: null }],
        licensesToRemove: [BUSINESS_BASIC],
        licenseWarnings: null,
      };
      expect((await partner.ask('POST', `/v1/customers/${CUSTOMER}/users/${id}/licenseupdates`, update)).status).toBe(201);
    }

    const graph = { authorization: `Bearer ${await partner.token(CUSTOMER, 'https://graph.microsoft.com')}` };
    const { body: directory } = await partner.call('GET', '/v1.0/directory/subscriptions', undefined, graph);
    expect(
      directory.value.map((each: Json) => [each.commerceSubscriptionId, each.status, each.nextLifecycleDateTime, each.ownerTenantId]),
    ).toEqual([
      [ORIGINAL, 'Enabled', '2027-02-21T00:00:00.000Z', null],
      [subscriptionId, 'Enabled', '2028-02-03T00:00:00.000Z', PARTNER],
    ]);
    const page = await partner.call('GET', '/v1.0/users?$select=id,assignedLicenses&$top=2', undefined, graph);
    expect(page.body['@odata.nextLink']).toContain('$skiptoken=2');
    expect(page.body.value[0].assignedLicenses).toEqual([{ skuId: OFFICE_E3, disabledPlans: [] }]);

    await partner.walk('2027-02-21T00:00:00Z');
    const expired = product.heard.find(({ body }) => body.type === 'cutover.original.expired.v1')!;
    expect(expired.body.data).toEqual({
      customerTenantId: CUSTOMER,
      partnerTenantId: PARTNER,
      subscriptionId: ORIGINAL,
      termEnd: '2027-02-20',
      occurredAt: '2027-02-21T00:00:00.000Z',
    });
    const { body: pools } = await partner.ask('GET', `/v1/customers/${CUSTOMER}/subscribedskus`);
    expect(pools.items.map((pool: Json) => [pool.productSku.id, pool.activeUnits, pool.suspendedUnits, pool.consumedUnits])).toEqual([
      [BUSINESS_BASIC, 0, 5, 0],
      [OFFICE_E3, 3, 0, 3],
    ]);
    expect((await partner.ledger()).map(({ kind, status, quantity }) => [kind, status, quantity])).toEqual([
      ['invitation', 'received', undefined],
      ['cart', 'created', undefined],
      ['checkout', 'ordered', undefined],
      ['order', 'completed', 3],
      ['subscription', 'active', 3],
      ['license', 'done', undefined],
      ['license', 'done', undefined],
      ['license', 'done', undefined],
    ]);
    expect((await partner.call('GET', '/control/calls')).body.brokenLimits).toBe(0);
  });
});
