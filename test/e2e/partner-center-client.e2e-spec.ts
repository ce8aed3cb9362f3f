import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { derivedId, parseDay, parseInstant, plusDays, plusMs, type Instant } from '#kernel';
import {
  createPartnerCenterClient,
  createRateGovernor,
  createSmtpMailer,
  createWebhookVerifier,
  ensureWebhookRegistration,
  invitationMail,
  OutsideFailure,
  parseWebhook,
  type PartnerCenterClient,
  type RateGovernor,
} from '#partner-center';
import { DrivenClock, startSimulator, type FaultName, type Simulator } from '../../apps/partner-center-simulator/src/index.ts';

const PARTNER = '99999999-9999-4999-8999-999999999999';
const CUSTOMER = '11111111-1111-4111-8111-111111111111';
const ORIGINAL = '66666666-6666-4666-8666-666666666666';
const BASIC = '3b555118-da6a-4418-894f-7df1e2096870';
const E3 = '6fd2c87f-b296-42f0-b197-1e91e994b900';
const START = parseInstant('2026-11-22T10:00:00Z')!;

/** The gateway over HTTP against the stand-in for Partner Center: both follow the same published facts. */
describe('client against the simulator', () => {
  let clock: DrivenClock;
  let simulator: Simulator;
  let governor: RateGovernor;
  let client: PartnerCenterClient;
  let asked: number;

  const request = (): string => derivedId('e2e', String((asked += 1)));

  beforeEach(async () => {
    asked = 0;
    clock = new DrivenClock(START);
    simulator = await startSimulator({
      host: '127.0.0.1',
      port: 0,
      smtpPort: 0,
      dataFile: ':memory:',
      clock,
      seed: 'client',
      partnerTenantId: PARTNER,
    });
    governor = createRateGovernor({ clock });
    client = createPartnerCenterClient({
      partnerCenterUrl: simulator.url,
      graphUrl: simulator.url,
      loginUrl: simulator.url,
      partnerTenantId: PARTNER,
      clientId: 'client',
      clientSecret: 'secret',
      refreshToken: 'first',
      clock,
      governor,
    });
    simulator.describeCustomer(CUSTOMER, {
      name: 'Contoso',
      domain: 'contoso.example',
      country: 'DE',
      contactEmail: 'it@contoso.example',
      invitation: 'accept',
      answersAfter: 'P2D',
      users: 25,
      directoryAccess: 'with-acceptance',
      originals: [{ subscriptionId: ORIGINAL, skuId: BASIC, seats: 25, termEnd: '2026-12-31', autoRenew: false, atEnd: 'expire' }],
    });
  });
  afterEach(() => simulator.stop());

  async function moveTo(moment: Instant): Promise<void> {
    for (let due = simulator.nextDue(); due !== null && due <= moment; due = simulator.nextDue()) {
      clock.moveTo(due);
      await simulator.runDue();
    }
    clock.moveTo(moment);
  }

  async function faults(rates: Partial<Record<FaultName, number>>): Promise<void> {
    const response = await fetch(`${simulator.url}/control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rates),
    });
    expect(response.ok).toBe(true);
  }

  /** As the owner of a to-do does: again when it is due. */
  async function until<T>(work: () => Promise<T>, most = 200): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (failure) {
        if (!(failure instanceof OutsideFailure) || failure.kind === 'needs-person' || failure.kind === 'refused' || attempt === most)
          throw failure;
        await moveTo(failure.retryAt ?? plusMs(clock.now(), 60_000));
      }
    }
  }

  async function invite(): Promise<void> {
    const { value } = await until(() => client.invitationLink(request()));
    const mailer = createSmtpMailer({ url: simulator.smtpUrl, from: 'Fabrikam <moves@fabrikam.example>', clock });
    await mailer.send(
      'mail-1',
      invitationMail({
        customerTenantId: CUSTOMER,
        to: 'it@contoso.example',
        customerName: 'Contoso',
        partnerName: 'Fabrikam',
        link: value.link,
        lapsesOn: parseDay('2026-12-22')!,
      }),
    );
    mailer.close();
    await moveTo(plusDays(clock.now(), 3));
  }

  async function buyAndSwap(): Promise<void> {
    const catalog = (await until(() => client.catalog(request(), 'DE'))).value;
    const e3 = catalog.find((item) => item.skuGuid === E3)!;
    const lines = [{ lineNumber: 3, catalogItem: e3.catalogItem, quantity: 25, termDuration: 'P1Y', billingCycle: 'monthly' }];
    const cart = (await until(() => client.createCart(request(), CUSTOMER, lines))).value;
    expect(cart.lineErrors).toEqual([]);
    const { orders, failedLines } = (await until(() => client.checkoutCart(request(), CUSTOMER, cart.cartId))).value;
    expect(failedLines).toEqual([]);
    expect(orders.map((order) => order.lines.map((line) => line.lineNumber))).toEqual([[3]]);
    const again = (await until(() => client.checkoutCart(request(), CUSTOMER, cart.cartId))).value;
    expect(again.orders[0]!.orderId).toBe(orders[0]!.orderId);

    await moveTo(plusDays(clock.now(), 2));
    const order = (await until(() => client.order(request(), CUSTOMER, orders[0]!.orderId))).value;
    expect(order).toMatchObject({ status: 'completed', lines: [{ quantity: 25, fulfilment: 'fulfilled' }] });
    const subscription = (await until(() => client.subscription(request(), CUSTOMER, order.lines[0]!.subscriptionId!))).value;
    expect(subscription).toMatchObject({ status: 'active', quantity: 25, orderId: order.orderId });

    const page = (await until(() => client.users(request(), CUSTOMER, null))).value;
    expect(page).toMatchObject({ next: null });
    for (const user of page.users) {
      if (!user.licenses.includes(BASIC)) continue;
      await until(() => client.swapLicense(request(), CUSTOMER, user.userId, E3, BASIC));
    }
    const swapped = (await until(() => client.users(request(), CUSTOMER, null))).value;
    expect(swapped.users.map((user) => user.licenses)).toEqual(Array.from({ length: 25 }, () => [E3]));
    const skus = (await until(() => client.subscribedSkus(request(), CUSTOMER))).value;
    expect(skus.find((sku) => sku.skuGuid === E3)).toMatchObject({ activeUnits: 25, consumedUnits: 25 });
  }

  async function brokenLimits(): Promise<unknown> {
    return ((await (await fetch(`${simulator.url}/control/calls`)).json()) as { brokenLimits: unknown }).brokenLimits;
  }

  test('before acceptance there is no relationship, no directory, no purchase', async () => {
    expect((await client.customerRelationship(request(), CUSTOMER)).value.relationship).toBe('none');
    await expect(client.directorySubscriptions(request(), CUSTOMER)).rejects.toMatchObject({
      kind: 'needs-person',
      code: 'directory-access-missing',
    });
    await expect(
      client.createCart(request(), CUSTOMER, [
        { lineNumber: 0, catalogItem: 'a:b:c', quantity: 1, termDuration: 'P1Y', billingCycle: 'monthly' },
      ]),
    ).rejects.toMatchObject({ kind: 'needs-person', code: 'no-relationship' });
  });

  test('from the invitation to the last swapped license', async () => {
    await invite();
    expect((await client.customerRelationship(request(), CUSTOMER)).value.relationship).toBe('reseller');
    expect((await client.directorySubscriptions(request(), CUSTOMER)).value).toEqual([
      { subscriptionId: ORIGINAL, skuGuid: BASIC, status: 'Enabled', totalLicenses: 25, nextLifecycleAt: '2027-01-01T00:00:00.000Z' },
    ]);
    await buyAndSwap();
    expect(await brokenLimits()).toBe(0);
  });

  test('the same through throttling, errors, lost replies and slow provisioning', async () => {
    await faults({
      throttle: 0.1,
      'server-error': 0.1,
      'lost-reply-after-commit': 0.2,
      'order-visible-late': 1,
      'cart-processing': 1,
      'provisioning-slow': 1,
    });
    await invite();
    await buyAndSwap();
    expect(await brokenLimits()).toBe(0);
  });

  test('many at once never break a limit', async () => {
    await faults({ throttle: 0.05 });
    await Promise.all(
      Array.from({ length: 900 }, (_, index) =>
        client.customerRelationship(request(), derivedId('customer', String(index))).catch((failure: unknown) => failure),
      ),
    );
    expect(governor.counters().limits[0]).toMatchObject({ used: 500, ceiling: 500 });
    expect(await brokenLimits()).toBe(0);
  });

  test('part of a checkout fails: the line is named', async () => {
    await faults({ 'partial-checkout': 1 });
    await invite();
    const catalog = (await client.catalog(request(), 'DE')).value;
    const lines = [E3, BASIC].map((sku, index) => ({
      lineNumber: 4 + index,
      catalogItem: catalog.find((item) => item.skuGuid === sku)!.catalogItem,
      quantity: 5 + index,
      termDuration: 'P1Y',
      billingCycle: 'monthly',
    }));
    const { cartId } = (await client.createCart(request(), CUSTOMER, lines)).value;
    const known = (await client.checkoutCart(request(), CUSTOMER, cartId)).value;
    expect([...known.orders.flatMap((order) => order.lines), ...known.failedLines].map((line) => line.lineNumber).sort()).toEqual([4, 5]);
    expect(known.failedLines).toHaveLength(1);
    const restarted = createPartnerCenterClient({
      partnerCenterUrl: simulator.url,
      graphUrl: simulator.url,
      loginUrl: simulator.url,
      partnerTenantId: PARTNER,
      clientId: 'client',
      clientSecret: 'secret',
      refreshToken: 'first',
      clock,
      governor,
    });
    expect((await restarted.checkoutCart(request(), CUSTOMER, cartId)).value).toEqual(known);
  });

  test('its webhook is believed and names the customer', async () => {
    const received: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
    const receiver = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        received.push({ headers: incoming.headers, body: Buffer.concat(chunks) });
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    await ensureWebhookRegistration(client, request(), `http://127.0.0.1:${port}/hook`, ['reseller-relationship-accepted-by-customer']);
    await invite();
    const trustRoots = await (await fetch(`${simulator.url}/control/webhook-ca.pem`)).text();
    const verifier = createWebhookVerifier({ trustRoots, allowedCertificateOrigins: [simulator.url], clock });
    expect(received).toHaveLength(1);
    expect(await verifier.verify(received[0]!.headers, received[0]!.body)).toEqual({ ok: true });
    expect(await verifier.verify(received[0]!.headers, Buffer.concat([received[0]!.body, Buffer.from(' ')]))).toMatchObject({
      ok: false,
      status: 401,
      code: 'signature-wrong',
    });
    expect(parseWebhook(received[0]!.body)).toMatchObject({
      ok: true,
      eventName: 'reseller-relationship-accepted-by-customer',
      partnerTenantId: PARTNER,
      customerTenantId: CUSTOMER,
      occurredAt: plusDays(START, 2),
    });
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  test('the webhook registration is made once and kept', async () => {
    const ensure = () => ensureWebhookRegistration(client, request(), 'http://127.0.0.1:9/hook', ['subscription-updated']);
    expect((await ensure()).value.did).toBe('created');
    expect((await ensure()).value.did).toBe('kept');
  });
});
