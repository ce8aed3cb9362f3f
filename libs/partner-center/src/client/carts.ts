import { derivedId } from '#kernel';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { AnsweredFailure } from '../failures/answered-failure.ts';
import { cartLineCode } from '../failures/cart-line-codes.ts';
import { orderErrorCode } from '../failures/order-error-code.ts';
import { OutsideFailure, type Answer, type Cart, type CartLine, type CheckoutResult } from '../gateway.ts';
import { scrub } from '../http/scrub.ts';
import { assignOrderLines, type OrderGroupLine } from './order-lines.ts';
import { customerPath, type PartnerCenterApi } from './partner-center-api.ts';
import { id, moment } from './wire.ts';

const lineError = z.object({
  errorCode: z.union([z.number(), z.string()]),
  errorDescription: z.string().nullish(),
  additionalInformation: z.object({ availableQuantity: z.number().nullish() }).nullish().catch(null),
});

const cartLine = z.object({
  id: z.number().int(),
  catalogItemId: z.string(),
  quantity: z.number().int(),
  orderGroup: z.string().nullish(),
  error: lineError.nullish(),
});

const cartShape = z.object({ id, expirationTimestamp: moment, lineItems: z.array(cartLine).min(1) });

const checkoutShape = z.object({
  orders: z
    .array(
      z.object({
        id,
        lineItems: z.array(
          z.object({
            lineItemNumber: z.number().int(),
            offerId: z.string(),
            quantity: z.number().int(),
            subscriptionId: id.nullish().or(z.literal('')),
          }),
        ),
      }),
    )
    .nullish(),
  orderErrors: z
    .array(z.object({ orderGroupId: z.string(), code: z.union([z.number(), z.string()]), description: z.string().nullish() }))
    .nullish(),
});

const REMEMBERED_CARTS = 10_000;

/** Carts and their checkout (facts §4.3, §4.4). */
export function createCarts(api: PartnerCenterApi) {
  const linesOfCart = new LRUCache<string, readonly OrderGroupLine[]>({ max: REMEMBERED_CARTS });

  function remember(cartId: string, lines: readonly z.infer<typeof cartLine>[]): readonly OrderGroupLine[] {
    const kept = lines.map((line) => ({
      lineNumber: line.id,
      catalogItem: line.catalogItemId,
      quantity: line.quantity,
      orderGroup: line.orderGroup ?? '',
    }));
    linesOfCart.set(cartId, kept);
    return kept;
  }

  /** After a restart the cart is read again: an order error names only its order group, and orders count their own lines. */
  async function linesOf(requestId: string, customerTenantId: string, cartId: string): Promise<readonly OrderGroupLine[]> {
    const known = linesOfCart.get(cartId);
    if (known) return known;
    const { value } = await ofCart(
      api.call({
        operation: 'read the cart',
        callClass: 'orders',
        requestId: derivedId(requestId, 'cart'),
        method: 'GET',
        path: customerPath(customerTenantId, 'carts', cartId),
        customerTenantId,
        answer: cartShape,
      }),
    );
    return remember(cartId, value.lineItems);
  }

  return {
    async createCart(requestId: string, customerTenantId: string, lines: readonly CartLine[]): Promise<Answer<Cart>> {
      const { value, evidence } = await api.call({
        operation: 'create the cart',
        callClass: 'orders',
        requestId,
        method: 'POST',
        path: customerPath(customerTenantId, 'carts'),
        customerTenantId,
        body: {
          partnerOnRecordAttestationAccepted: true,
          lineItems: lines.map((line) => ({
            id: line.lineNumber,
            catalogItemId: line.catalogItem,
            quantity: line.quantity,
            billingCycle: line.billingCycle,
            termDuration: line.termDuration,
          })),
        },
        answer: cartShape,
      });
      remember(value.id, value.lineItems);
      return {
        value: { cartId: value.id, expiresAt: value.expirationTimestamp, lineErrors: value.lineItems.flatMap(lineErrorOf) },
        evidence: { ...evidence, answerId: evidence.answerId ?? value.id },
      };
    },

    async checkoutCart(requestId: string, customerTenantId: string, cartId: string): Promise<Answer<CheckoutResult>> {
      const lines = await linesOf(requestId, customerTenantId, cartId);
      const { value, evidence } = await ofCart(
        api.call({
          operation: 'check out the cart',
          callClass: 'orders',
          requestId,
          method: 'POST',
          path: customerPath(customerTenantId, 'carts', cartId, 'checkout'),
          customerTenantId,
          answer: checkoutShape,
        }),
      );
      const orders = value.orders ?? [];
      const errors = value.orderErrors ?? [];
      const assigned = assignOrderLines(
        lines,
        orders.map((order) => order.lineItems.map((line) => ({ catalogItem: line.offerId, quantity: line.quantity }))),
      );
      if (!assigned)
        throw new OutsideFailure(
          'retry-later',
          'unexpected-answer',
          'The orders of the checkout hold lines that the cart does not: they will be read again.',
          undefined,
          '201',
          true,
        );
      const failedGroups = new Map(errors.map((error) => [error.orderGroupId, error]));
      const ordered = new Set(assigned.flat());
      return {
        value: {
          orders: orders.map((order, at) => ({
            orderId: order.id,
            lines: order.lineItems.map((line, index) => ({
              lineNumber: assigned[at]![index]!,
              subscriptionId: line.subscriptionId || null,
            })),
          })),
          failedLines: lines
            .filter((line) => !ordered.has(line.lineNumber))
            .map((line) => {
              const error = failedGroups.get(line.orderGroup) ?? (errors.length === 1 ? errors[0] : undefined);
              return {
                lineNumber: line.lineNumber,
                code: error ? orderErrorCode(error.code) : 'not-ordered',
                detail: error?.description ? scrub(error.description) : 'The checkout returned no order for this line.',
              };
            }),
        },
        evidence: { ...evidence, answerId: evidence.answerId ?? orders[0]?.id ?? cartId },
      };
    },
  };
}

/** Partner Center's generic code says, of a cart, that there is none (any more). A 404 without its code says nothing. */
async function ofCart<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (failure) {
    if (!(failure instanceof AnsweredFailure) || failure.outsideCode !== '404/1000') throw failure;
    throw new AnsweredFailure(
      'not-found',
      'cart-not-found',
      'Partner Center has no such cart of this customer; carts expire after 7 days.',
      failure.evidence,
      { outsideCode: failure.outsideCode },
    );
  }
}

function lineErrorOf(line: z.infer<typeof cartLine>): Cart['lineErrors'] {
  if (!line.error) return [];
  const { errorCode, errorDescription, additionalInformation } = line.error;
  const available = additionalInformation?.availableQuantity;
  return [
    {
      lineNumber: line.id,
      code: cartLineCode(errorCode),
      detail: `${errorCode}: ${scrub(errorDescription ?? '')}`,
      ...(typeof available === 'number' ? { availableQuantity: available } : {}),
    },
  ];
}
