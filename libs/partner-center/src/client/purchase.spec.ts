import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PartnerCenterClient } from './create-client.ts';
import { clientOf, CUSTOMER, DrivenClock, failureOf, Outside, REQUEST, START } from '../outside-for-spec.ts';

const CART_ID = '22222222-2222-4222-8222-222222222222';
const CARTS = `/v1/customers/${CUSTOMER}/carts`;
const CHECKOUT = `POST ${CARTS}/${CART_ID}/checkout`;
const ORDER = `GET /v1/customers/${CUSTOMER}/orders/a1b2c3d4e5f6`;
const SUBSCRIPTION_ID = '44444444-4444-4444-8444-444444444444';
const SUBSCRIPTION = `GET /v1/customers/${CUSTOMER}/subscriptions/${SUBSCRIPTION_ID}`;

const cart = (lines: readonly object[]) => ({
  id: CART_ID,
  expirationTimestamp: '2026-11-29T10:00:00.0000000Z',
  status: 'Active',
  lineItems: lines,
});
const first = { id: 3, catalogItemId: 'BASIC:0001:A', quantity: 25, orderGroup: '0' };
const second = { id: 7, catalogItemId: 'E3:0001:B', quantity: 10, orderGroup: '1' };
const orderLine = (offerId: string, quantity: number, more: object = {}) => ({ lineItemNumber: 0, offerId, quantity, ...more });

describe('buying', () => {
  let outside: Outside;
  let client: PartnerCenterClient;

  beforeEach(async () => {
    outside = await new Outside().start();
    client = clientOf(outside, new DrivenClock());
  });
  afterEach(() => outside.stop());

  const createCart = () =>
    client.createCart(REQUEST, CUSTOMER, [
      { lineNumber: 3, catalogItem: 'BASIC:0001:A', quantity: 25, termDuration: 'P1Y', billingCycle: 'monthly' },
      { lineNumber: 7, catalogItem: 'E3:0001:B', quantity: 10, termDuration: 'P1Y', billingCycle: 'monthly' },
    ]);

  test("a cart is sent with its lines and the request's id, and answered with the proof", async () => {
    outside.play(`POST ${CARTS}`, { status: 201, json: cart([first, second]) });
    expect(await createCart()).toEqual({
      value: { cartId: CART_ID, expiresAt: '2026-11-29T10:00:00.000Z', lineErrors: [] },
      evidence: { system: 'partner-center', requestId: REQUEST, answerId: 'cv.1', answeredAt: START },
    });
    const [sent] = outside.to(`POST ${CARTS}`);
    expect(sent!.headers).toMatchObject({
      'ms-requestid': REQUEST,
      'ms-correlationid': REQUEST,
      'x-locale': 'en-US',
      accept: 'application/json',
      'content-type': 'application/json',
    });
    expect(JSON.parse(sent!.body)).toEqual({
      partnerOnRecordAttestationAccepted: true,
      lineItems: [
        { id: 3, catalogItemId: 'BASIC:0001:A', quantity: 25, billingCycle: 'monthly', termDuration: 'P1Y' },
        { id: 7, catalogItemId: 'E3:0001:B', quantity: 10, billingCycle: 'monthly', termDuration: 'P1Y' },
      ],
    });
  });

  test.each([['max_allowed_seats_per_subscription_exceeded'], [10015], ['10015']])(
    'a bad line in a created cart is told (%s)',
    async (errorCode) => {
      outside.play(`POST ${CARTS}`, {
        status: 201,
        json: cart([
          first,
          {
            ...second,
            error: { errorCode, errorDescription: 'too many', additionalInformation: { availableQuantity: 5, purchasedQuantity: 6 } },
          },
        ]),
      });
      expect((await createCart()).value.lineErrors).toEqual([
        { lineNumber: 7, code: 'seat-limit', detail: `${errorCode}: too many`, availableQuantity: 5 },
      ]);
    },
  );

  test('each order counts its own lines: they are told by what they buy', async () => {
    outside.play(`POST ${CARTS}`, { status: 201, json: cart([first, second]) });
    outside.play(CHECKOUT, {
      status: 201,
      json: {
        orders: [
          { id: 'b00000000000', lineItems: [orderLine('E3:0001:B', 10)] },
          { id: 'a1b2c3d4e5f6', lineItems: [orderLine('BASIC:0001:A', 25, { subscriptionId: SUBSCRIPTION_ID.toUpperCase() })] },
        ],
        orderErrors: [],
      },
    });
    await createCart();
    expect((await client.checkoutCart(REQUEST, CUSTOMER, CART_ID)).value).toEqual({
      orders: [
        { orderId: 'b00000000000', lines: [{ lineNumber: 7, subscriptionId: null }] },
        { orderId: 'a1b2c3d4e5f6', lines: [{ lineNumber: 3, subscriptionId: SUBSCRIPTION_ID }] },
      ],
      failedLines: [],
    });
    expect(outside.to(CHECKOUT)[0]!.headers['content-length']).toBe('0');
  });

  test('part of a checkout may fail; after a restart the cart is read to know which', async () => {
    outside.play(`GET ${CARTS}/${CART_ID}`, { json: cart([first, second]) });
    outside.play(CHECKOUT, {
      status: 201,
      json: {
        Orders: [{ Id: 'a1b2c3d4e5f6', LineItems: [{ LineItemNumber: 0, OfferId: 'BASIC:0001:A', Quantity: 25 }] }],
        OrderErrors: [{ OrderGroupId: '1', Code: 800088, Description: 'limit' }],
      },
    });
    expect((await client.checkoutCart(REQUEST, CUSTOMER, CART_ID)).value).toEqual({
      orders: [{ orderId: 'a1b2c3d4e5f6', lines: [{ lineNumber: 3, subscriptionId: null }] }],
      failedLines: [{ lineNumber: 7, code: 'seat-limit', detail: 'limit' }],
    });
  });

  test.each([
    [{ status: 404, json: { code: 1000, description: 'no cart' } }, 'cart-not-found'],
    [{ status: 404, raw: '<html>' }, 'not-found'],
  ])('a cart that answers %j is %s', async (play, code) => {
    outside
      .play(`POST ${CARTS}`, { status: 201, json: cart([first, second]) })
      .play(`GET ${CARTS}/${CART_ID}`, play)
      .play(CHECKOUT, play);
    expect(await failureOf(client.checkoutCart(REQUEST, CUSTOMER, CART_ID))).toMatchObject({
      kind: 'not-found',
      code,
      outcomeUnknown: false,
    });
    await createCart();
    expect(await failureOf(client.checkoutCart(REQUEST, CUSTOMER, CART_ID))).toMatchObject({ kind: 'not-found', code });
  });

  test('an order that is not visible yet is not found', async () => {
    outside.play(ORDER, { status: 404, json: { code: 20000, description: 'not found' } });
    expect(await failureOf(client.order(REQUEST, CUSTOMER, 'a1b2c3d4e5f6'))).toMatchObject({
      kind: 'not-found',
      code: 'order-not-found',
      outsideCode: '404/20000',
    });
  });

  test.each([
    ['completed', 'fulfilled', 'completed', 'fulfilled'],
    ['completed', 'unfulfilled', 'pending', 'unfulfilled'],
    ['completed', 'prefulfillmentPending', 'pending', 'unfulfilled'],
    ['pending review', 'unfulfilled', 'pending', 'unfulfilled'],
    ['partial success', 'unfulfilled', 'completed', 'failed'],
    ['cancelled', 'fulfilled', 'cancelled', 'failed'],
    ['error', 'fulfilled', 'failed', 'failed'],
  ])('order %s with line %s reads %s/%s', async (status, line, expected, fulfilment) => {
    outside.play(ORDER, {
      json: {
        id: 'a1b2c3d4e5f6',
        status,
        creationDate: '2026-11-22T10:00:05.1234567Z',
        lineItems: [orderLine('BASIC:0001:A', 25, { subscriptionId: SUBSCRIPTION_ID })],
      },
    });
    outside.play(`${ORDER}/provisioningstatus`, {
      raw: `\uFEFF${JSON.stringify({ totalCount: 1, items: [{ lineItemNumber: 0, status: line }] })}`,
    });
    if (status === 'pending review') outside.play(`${ORDER}/provisioningstatus`, { status: 500 });
    expect((await client.order(REQUEST, CUSTOMER, 'a1b2c3d4e5f6')).value).toEqual({
      orderId: 'a1b2c3d4e5f6',
      createdAt: '2026-11-22T10:00:05.123Z',
      status: expected,
      lines: [{ lineNumber: 0, catalogItem: 'BASIC:0001:A', quantity: 25, subscriptionId: SUBSCRIPTION_ID, fulfilment }],
    });
  });

  const subscription = {
    id: SUBSCRIPTION_ID.toUpperCase(),
    status: 'active',
    quantity: 25,
    effectiveStartDate: '2026-11-22T10:00:20.0000000Z',
    commitmentEndDate: '2027-11-21T00:00:00Z',
    cancellationAllowedUntilDate: '2026-11-29T10:00:20.1234567',
    orderId: 'a1b2c3d4e5f6',
  };

  test.each([
    [{ json: { status: 'success' } }, 'active'],
    [{ json: { Status: 'Pending' } }, 'pending'],
    [{ status: 404, json: { code: 800007 } }, 'pending'],
  ])('an active subscription whose provisioning answers %j is %s', async (play, status) => {
    outside.play(SUBSCRIPTION, { json: subscription }).play(`${SUBSCRIPTION}/provisioningstatus`, play);
    expect((await client.subscription(REQUEST, CUSTOMER, SUBSCRIPTION_ID)).value).toEqual({
      subscriptionId: SUBSCRIPTION_ID,
      status,
      quantity: 25,
      effectiveStart: '2026-11-22T10:00:20.000Z',
      commitmentEnd: '2027-11-21',
      cancellationAllowedUntil: '2026-11-29T10:00:20.123Z',
      orderId: 'a1b2c3d4e5f6',
    });
  });

  test('an order and a subscription that do not say since when are read as well', async () => {
    const { effectiveStartDate: _, ...silent } = subscription;
    outside
      .play(SUBSCRIPTION, { json: { ...silent, status: 'suspended' } })
      .play(ORDER, { json: { id: 'a1b2c3d4e5f6', status: 'pending', lineItems: [] } });
    expect((await client.subscription(REQUEST, CUSTOMER, SUBSCRIPTION_ID)).value.effectiveStart).toBeNull();
    expect((await client.order(REQUEST, CUSTOMER, 'a1b2c3d4e5f6')).value.createdAt).toBeNull();
  });

  test('failed provisioning is looked at again', async () => {
    outside.play(SUBSCRIPTION, { json: subscription }).play(`${SUBSCRIPTION}/provisioningstatus`, { json: { status: 'failed' } });
    expect(await failureOf(client.subscription(REQUEST, CUSTOMER, SUBSCRIPTION_ID))).toMatchObject({
      kind: 'retry-later',
      code: 'provisioning-failed',
      outcomeUnknown: false,
    });
  });
});
