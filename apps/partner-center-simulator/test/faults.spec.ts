import { afterEach, describe, expect, test } from '@jest/globals';
import { APartner, AProduct, BUSINESS_BASIC, OFFICE_E3, type Json } from './a-partner-for-spec.ts';

const CUSTOMER = '22222222-2222-4222-8222-222222222222';
const ORIGINAL = '77777777-7777-4777-8777-777777777777';
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A partner whose customer has accepted. */
async function related(seats = 10, users = 2): Promise<APartner> {
  const partner = await APartner.start();
  stops.push(() => partner.simulator.stop());
  const originals = [{ subscriptionId: ORIGINAL, skuId: BUSINESS_BASIC, seats, termEnd: '2027-06-30' }];
  await partner.call('PUT', `/control/customers/${CUSTOMER}`, { country: 'US', users, originals });
  await partner.call('POST', `/control/customers/${CUSTOMER}/accept`);
  return partner;
}

async function faults(partner: APartner, rates: Record<string, number>): Promise<void> {
  expect((await partner.call('PUT', '/control/faults', rates)).status).toBe(200);
}

/** Asks until there is an answer, with the same request each time. */
async function insist(ask: () => Promise<Json>): Promise<{ answer: Json; lost: number }> {
  for (let lost = 0; ; lost += 1) {
    try {
      return { answer: await ask(), lost };
    } catch {
      if (lost > 50) throw new Error('No answer came at all.');
    }
  }
}

describe('lost replies', () => {
  test('a checkout repeated on its cart buys once', async () => {
    const partner = await related();
    const catalogItemId = await partner.catalogItem(OFFICE_E3);
    const { body: cart } = await partner.cart(CUSTOMER, [{ catalogItemId, quantity: 7 }]);
    await faults(partner, { 'lost-reply-after-commit': 0.9 });
    const { answer, lost } = await insist(() => partner.checkout(CUSTOMER, cart.id));
    expect(lost).toBeGreaterThan(0);
    await faults(partner, { 'lost-reply-after-commit': 0 });
    expect((await partner.checkout(CUSTOMER, cart.id)).body).toEqual(answer.body);
    await partner.walk({ by: 'PT1H' });
    expect((await partner.ledger('order')).map(({ quantity, status }) => [quantity, status])).toEqual([[7, 'completed']]);
    expect(await partner.ledger('subscription')).toHaveLength(1);
  });

  test('a license update repeated changes nothing the second time', async () => {
    const partner = await related(10, 1);
    const { body: cart } = await partner.cart(CUSTOMER, [{ catalogItemId: await partner.catalogItem(OFFICE_E3), quantity: 1 }]);
    await partner.checkout(CUSTOMER, cart.id);
    await partner.walk({ by: 'PT1H' });
    const user = (await partner.ask('GET', `/v1/customers/${CUSTOMER}/users`)).body.items[0].id;
    const swap = { licensesToAssign: [{ skuId: OFFICE_E3 }], licensesToRemove: [BUSINESS_BASIC] };
    await faults(partner, { 'lost-reply-after-commit': 0.9 });
    const { answer } = await insist(() => partner.ask('POST', `/v1/customers/${CUSTOMER}/users/${user}/licenseupdates`, swap));
    expect(answer.status).toBe(201);
    expect((await partner.ledger('license')).map(({ add, remove }) => [add, remove])).toEqual([[[OFFICE_E3], [BUSINESS_BASIC]]]);
  });
});

describe('seats', () => {
  test('the small-business pool counts the seats of the original while it runs', async () => {
    const partner = await related(200);
    const catalogItemId = await partner.catalogItem(BUSINESS_BASIC);
    const { status, body: cart } = await partner.cart(CUSTOMER, [{ catalogItemId, quantity: 101 }]);
    expect(status).toBe(201);
    expect(cart.lineItems[0].error).toMatchObject({
      errorCode: 'max_allowed_seats_per_subscription_exceeded',
      additionalInformation: { availableQuantity: 100, purchasedQuantity: 200 },
    });
    const { body: refused } = await partner.checkout(CUSTOMER, cart.id);
    expect([refused.orders, refused.orderErrors[0].code]).toEqual([[], 10015]);

    const { body: fits } = await partner.cart(CUSTOMER, [{ catalogItemId, quantity: 100 }]);
    expect(fits.lineItems[0].error).toBeUndefined();
    await partner.call('POST', `/control/customers/${CUSTOMER}/cancel-original`, {});
    const { body: after } = await partner.cart(CUSTOMER, [{ catalogItemId, quantity: 300 }]);
    expect(after.lineItems[0].error).toBeUndefined();
  });

  test('nobody gets a license when no seat is left, and a swap frees one', async () => {
    const partner = await related(10, 2);
    const { body: cart } = await partner.cart(CUSTOMER, [{ catalogItemId: await partner.catalogItem(OFFICE_E3), quantity: 1 }]);
    await partner.checkout(CUSTOMER, cart.id);
    await partner.walk({ by: 'PT2M' });
    const [first, second] = (await partner.ask('GET', `/v1/customers/${CUSTOMER}/users`)).body.items;
    const update = (user: Json, add: string[], remove: string[]) =>
      partner.ask('POST', `/v1/customers/${CUSTOMER}/users/${user.id}/licenseupdates`, {
        LicensesToAssign: add.map((SkuId) => ({ SkuId })),
        LicensesToRemove: remove,
      });
    expect((await update(first, [OFFICE_E3], [BUSINESS_BASIC])).status).toBe(201);
    const refused = await update(second, [OFFICE_E3], [BUSINESS_BASIC]);
    expect([refused.status, refused.body.code]).toEqual([400, 60012]);
    const held = await partner.ask('GET', `/v1/customers/${CUSTOMER}/users/${second.id}/licenses`);
    expect(held.body.items.map((license: Json) => license.productSku.id)).toEqual([BUSINESS_BASIC]);
    expect((await update(first, [], [OFFICE_E3])).status).toBe(201);
    expect((await update(second, [OFFICE_E3], [BUSINESS_BASIC])).status).toBe(201);
  });
});

describe('purchases that go wrong', () => {
  test('the first order of a line fails without seats, and a new one works', async () => {
    const partner = await related();
    await faults(partner, { 'provisioning-fails-once': 1 });
    const catalogItemId = await partner.catalogItem(OFFICE_E3);
    const statuses: string[] = [];
    for (const requestId of ['one', 'two']) {
      const { body: cart } = await partner.cart(CUSTOMER, [{ catalogItemId, quantity: 4 }], requestId);
      const { body } = await partner.checkout(CUSTOMER, cart.id);
      await partner.walk({ by: 'PT5M' });
      statuses.push((await partner.ask('GET', `/v1/customers/${CUSTOMER}/orders/${body.orders[0].id}`)).body.status);
    }
    expect(statuses).toEqual(['error', 'completed']);
    expect((await partner.ledger('order')).map(({ status }) => status)).toEqual(['completed', 'failed', 'completed']);
    expect(await partner.ledger('subscription')).toHaveLength(1);
  });

  test('one line of an order fails, the other brings its seats', async () => {
    const partner = await related();
    await faults(partner, { 'partial-provisioning': 1 });
    const catalogItemId = await partner.catalogItem(OFFICE_E3);
    const lines = [4, 4].map((quantity) => ({ catalogItemId, quantity }));
    const { body: cart } = await partner.cart(CUSTOMER, lines);
    const { body } = await partner.checkout(CUSTOMER, cart.id);
    await partner.walk({ by: 'PT5M' });
    const path = `/v1/customers/${CUSTOMER}/orders/${body.orders[0].id}`;
    const { body: order } = await partner.ask('GET', path);
    const { body: provisioning } = await partner.ask('GET', `${path}/provisioningstatus`);
    expect(order.status).toBe('partial success');
    expect(provisioning.items.map(({ status }: Json) => status).sort()).toEqual(['failed', 'fulfilled']);
    const named = order.lineItems.filter(({ subscriptionId }: Json) => subscriptionId !== undefined);
    expect(named.map(({ lineItemNumber }: Json) => provisioning.items[lineItemNumber].status)).toEqual(['fulfilled']);
    expect((await partner.ledger('order')).map(({ status }) => status).sort()).toEqual(['completed', 'completed', 'failed']);
    expect(await partner.ledger('subscription')).toHaveLength(1);
  });

  test('one order group fails, the other is bought', async () => {
    const partner = await related();
    await faults(partner, { 'partial-checkout': 1 });
    const lines = [
      { catalogItemId: await partner.catalogItem(OFFICE_E3), quantity: 4 },
      { catalogItemId: await partner.catalogItem(BUSINESS_BASIC), quantity: 5 },
    ];
    const { body: cart } = await partner.cart(CUSTOMER, lines);
    const { body } = await partner.checkout(CUSTOMER, cart.id);
    expect([body.orders.length, body.orderErrors.length]).toEqual([1, 1]);
    expect(await partner.ledger('order')).toHaveLength(1);
    expect((await partner.checkout(CUSTOMER, cart.id)).body).toEqual(body);
  });

  test('a late order is not found for 15 minutes, a replaced availability is refused, a busy cart asks for patience', async () => {
    const partner = await related();
    const catalogItemId = await partner.catalogItem(OFFICE_E3);
    await faults(partner, { 'order-visible-late': 1, 'cart-processing': 1 });
    const { body: cart } = await partner.cart(CUSTOMER, [{ catalogItemId, quantity: 4 }]);
    const busy = await partner.checkout(CUSTOMER, cart.id);
    expect([busy.status, busy.body.code]).toEqual([409, 800064]);
    const { body } = await partner.checkout(CUSTOMER, cart.id);
    const order = `/v1/customers/${CUSTOMER}/orders/${body.orders[0].id}`;
    expect((await partner.ask('GET', order)).body.code).toBe(20000);
    await partner.walk({ by: 'PT15M' });
    expect((await partner.ask('GET', order)).body.status).toBe('completed');

    await faults(partner, { 'catalog-item-gone': 1 });
    const { body: gone } = await partner.cart(CUSTOMER, [{ catalogItemId, quantity: 4 }]);
    expect(gone.lineItems[0].error.errorCode).toBe('catalog_item_id_is_not_valid');
    expect(await partner.catalogItem(OFFICE_E3)).not.toBe(catalogItemId);
  });
});

describe('limits', () => {
  test('the call above 500 in a minute is refused and counted, and the next minute is free', async () => {
    const partner = await related();
    const path = `/v1/customers/${CUSTOMER}/subscriptions`;
    for (let call = 0; call < 500; call += 1) expect((await partner.ask('GET', path)).status).toBe(200);
    const refused = await partner.ask('GET', path);
    expect([refused.status, refused.headers.get('retry-after'), refused.body]).toEqual([
      429,
      '60',
      { statusCode: 429, message: 'Rate limit is exceeded. Try again in 60 seconds.' },
    ]);
    expect((await partner.call('GET', '/control/calls')).body.brokenLimits).toBe(1);
    await partner.walk({ by: 'PT1M' });
    expect((await partner.ask('GET', path)).status).toBe(200);
  });

  test('a call inside a Retry-After is counted', async () => {
    const partner = await related();
    await faults(partner, { throttle: 1 });
    const path = `/v1/customers/${CUSTOMER}/subscriptions`;
    const { status, headers } = await partner.ask('GET', path);
    expect(status).toBe(429);
    await faults(partner, { throttle: 0 });
    expect((await partner.ask('GET', path)).status).toBe(429);
    expect((await partner.call('GET', '/control/calls')).body.brokenLimits).toBe(1);
    await partner.walk({ by: `PT${headers.get('retry-after') ?? ''}S` });
    expect((await partner.ask('GET', path)).status).toBe(200);
  });

  test('an unknown fault or rate is refused and changes nothing', async () => {
    const partner = await related();
    const refused = await partner.call('PUT', '/control/faults', { throttle: 0.5, 'no-such': 1, 'server-error': 2 });
    expect([refused.status, refused.body.errors.map((error: Json) => error.code)]).toEqual([400, ['unknown-fault', 'bad-rate']]);
    expect((await partner.call('GET', '/control/faults')).body.every((fault: Json) => fault.rate === 0)).toBe(true);
  });
});

describe('tokens', () => {
  test('the wrong secret, the wrong kind, the wrong audience and an old token are refused', async () => {
    const partner = await related();
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'a',
      client_secret: 'wrong',
      resource: 'https://graph.windows.net',
    });
    const refused = await fetch(`${partner.simulator.url}/${CUSTOMER}/oauth2/token`, { method: 'POST', body: form });
    expect([refused.status, ((await refused.json()) as Json).error]).toEqual([401, 'invalid_client']);
    const appOnly = await partner.token(undefined, undefined, 'client_credentials');
    const link = '/v1/customers/relationshiprequests';
    const codes = [];
    for (const token of [appOnly, await partner.token(CUSTOMER, 'https://graph.microsoft.com'), 'none']) {
      codes.push((await partner.call('GET', link, undefined, { authorization: `Bearer ${token}` })).body.code);
    }
    expect(codes).toEqual([900329, 800001, 800001]);
    const token = await partner.token();
    await partner.walk({ by: 'PT1H' });
    expect((await partner.call('GET', link, undefined, { authorization: `Bearer ${token}` })).status).toBe(401);
  });
});

describe('webhook faults', () => {
  test('a notice comes twice, late, or never, and the rest is as before', async () => {
    const product = await AProduct.start();
    const partner = await APartner.start();
    stops.push(
      () => product.stop(),
      () => partner.simulator.stop(),
    );
    const registration = { WebhookUrl: `${product.url}/hooks`, WebhookEvents: ['reseller-relationship-accepted-by-customer'] };
    await partner.ask('POST', '/webhooks/v1/registration', registration);
    expect((await partner.ask('POST', '/webhooks/v1/registration', registration)).status).toBe(409);
    const heardOf = async (customer: string, rates: Record<string, number>): Promise<number> => {
      await faults(partner, { 'webhook-twice': 0, 'webhook-late': 0, 'webhook-never': 0, ...rates });
      await partner.call('PUT', `/control/customers/${customer}`, {});
      await partner.call('POST', `/control/customers/${customer}/accept`);
      return product.heard.filter(({ body }) => body.ResourceUri.endsWith(customer)).length;
    };
    const customers = ['1', '2', '3'].map((digit) => CUSTOMER.replaceAll('2', digit));
    expect(await heardOf(customers[0]!, { 'webhook-twice': 1 })).toBe(2);
    expect(await heardOf(customers[1]!, { 'webhook-late': 1 })).toBe(0);
    expect(await heardOf(customers[2]!, { 'webhook-never': 1 })).toBe(0);
    await partner.walk({ by: 'PT48H' });
    expect(product.heard).toHaveLength(3);
    expect((await partner.ask('GET', '/v1/customers?size=10')).body.totalCount).toBe(3);
  });
});
