import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DrivenClock } from '../src/index.ts';
import { APartner, AProduct, BUSINESS_BASIC, OFFICE_E3, START } from './a-partner-for-spec.ts';

const stops: (() => Promise<void>)[] = [];
const tenant = (digit: number) => `${digit}`.repeat(8) + '-0000-4000-8000-000000000000';

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('time', () => {
  test('what is due is done in the order of its time, with the clock standing at each moment', async () => {
    const product = await AProduct.start();
    const partner = await APartner.start({ productUrl: product.url });
    stops.push(
      () => product.stop(),
      () => partner.simulator.stop(),
    );
    const original = { subscriptionId: 'A-1', skuId: BUSINESS_BASIC, seats: 5 };
    partner.simulator.describeCustomer(tenant(1), { originals: [{ ...original, termEnd: '2027-03-20', autoRenew: true }] });
    partner.simulator.describeCustomer(tenant(2), { originals: [{ ...original, termEnd: '2027-03-10', atEnd: 'extend' }] });
    partner.simulator.describeCustomer(tenant(3), {
      invitation: 'decline',
      answersAfter: 'P31D',
      originals: [{ ...original, termEnd: '2027-01-05' }],
    });
    await partner.mail(tenant(3), 'invitation', '<one@partner.example>');
    await partner.walk('2027-04-01T00:00:00Z');
    expect(product.heard.map(({ body }) => [body.type, body.data.occurredAt, body.data.termEnd])).toEqual([
      ['cutover.original.expiring.v1', '2026-12-07T00:00:00.000Z', '2027-01-05'],
      ['cutover.original.expired.v1', '2027-01-06T00:00:00.000Z', '2027-01-05'],
      ['cutover.original.expiring.v1', '2027-02-09T00:00:00.000Z', '2027-03-10'],
      ['cutover.original.expiring.v1', '2027-02-19T00:00:00.000Z', '2027-03-20'],
      ['cutover.customer.relationship-declined.v1', '2027-03-04T08:00:00.000Z', undefined],
      ['cutover.original.extended.v1', '2027-03-11T00:00:00.000Z', '2027-04-10'],
      ['cutover.original.renewed.v1', '2027-03-21T00:00:00.000Z', '2028-03-20'],
    ]);
    expect((await partner.call('PUT', '/control/clock', { to: '2027-01-01T00:00:00Z' })).status).toBe(422);
  });

  test('a reminder does not answer, and a description may come after the mail', async () => {
    const partner = await APartner.start();
    stops.push(() => partner.simulator.stop());
    await partner.mail(tenant(4), 'invitation', '<a@partner.example>');
    await partner.mail(tenant(4), 'reminder', '<b@partner.example>');
    expect(partner.simulator.nextDue()).toBe('2027-02-03T08:00:00.000Z');
    await partner.call('PUT', `/control/customers/${tenant(4)}`, { invitation: 'silent' });
    expect(partner.simulator.nextDue()).toBeNull();
    await partner.call('PUT', `/control/customers/${tenant(4)}`, { answersAfter: 'P5D', directoryAccess: 'P3D' });
    await partner.walk('2027-02-06T08:00:00Z');
    expect((await partner.ask('GET', `/v1/customers/${tenant(4)}`)).status).toBe(200);
    expect((await partner.ask('GET', `/v1/customers/${tenant(4)}/users`)).body.code).toBe(900308);
    await partner.walk({ by: 'P3D' });
    expect((await partner.ask('GET', `/v1/customers/${tenant(4)}/users`)).status).toBe(200);
    expect((await partner.ledger()).map(({ kind }) => kind)).toEqual(['invitation', 'reminder']);
    expect((await partner.call('PUT', `/control/customers/${tenant(4)}`, { nickname: 'x' })).status).toBe(400);
  });
});

describe('a restart', () => {
  test('keeps the ledger, the timers and what was not delivered, and sends nothing twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
    stops.push(() => rm(folder, { recursive: true }));
    const product = await AProduct.start();
    stops.push(() => product.stop());
    const options = { dataFile: join(folder, 'data.sqlite'), productUrl: product.url };
    const before = await APartner.start(options);
    const registration = { WebhookUrl: `${product.url}/hooks`, WebhookEvents: ['reseller-relationship-accepted-by-customer'] };
    await before.ask('PUT', '/webhooks/v1/registration', registration);
    await before.mail(tenant(5), 'invitation', '<one@partner.example>');
    product.answers = [503];
    await before.call('POST', `/control/customers/${tenant(5)}/accept`);
    const { body: cart } = await before.cart(tenant(5), [{ catalogItemId: await before.catalogItem(OFFICE_E3), quantity: 2 }]);
    const { body: bought } = await before.checkout(tenant(5), cart.id);
    const authority = await (await fetch(`${before.simulator.url}/control/webhook-ca.pem`)).text();
    const ledger = await before.ledger();
    await before.simulator.stop();

    const after = await APartner.start(options, new DrivenClock(START));
    stops.push(() => after.simulator.stop());
    expect(await after.ledger()).toEqual(ledger);
    expect(await (await fetch(`${after.simulator.url}/control/webhook-ca.pem`)).text()).toBe(authority);
    await after.mail(tenant(5), 'invitation', '<one@partner.example>');
    expect((await after.checkout(tenant(5), cart.id)).body).toEqual(bought);
    expect(product.heard).toHaveLength(1);
    await after.walk({ by: 'P1D' });
    expect(product.heard.map(({ text }) => text)).toEqual([product.heard[0]!.text, product.heard[0]!.text]);
    expect((await after.ledger()).map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['invitation', undefined],
      ['cart', undefined],
      ['checkout', undefined],
      ['order', 2],
      ['subscription', 2],
    ]);
  });
});
